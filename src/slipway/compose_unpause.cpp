// SPDX-License-Identifier: LGPL-2.1-or-later
// compose unpause: the containers of services go on.
#include "slipway/compose_services.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_unpause(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    Options options{"compose [-f FILE]... [-p NAME] unpause [SERVICE...]",
                    "Lets paused containers go on and prints their names."};
    add_services_options(options, what);
    options.parse(arguments);

    return for_each_container(context, what, Among::alive, [&context](client::Container& container) {
        context.await(container.unpause());
    });
}

} // namespace slipway::cli
