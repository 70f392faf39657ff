// SPDX-License-Identifier: LGPL-2.1-or-later
// compose pause: the containers of services stand still.
#include "slipway/compose_services.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_pause(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    Options options{"compose [-f FILE]... [-p NAME] pause [SERVICE...]",
                    "Lets all processes of running containers stand still and prints their names."};
    add_services_options(options, what);
    options.parse(arguments);

    return for_each_container(context, what, Among::alive,
                              [&context](client::Container& container) { context.await(container.pause()); });
}

} // namespace slipway::cli
