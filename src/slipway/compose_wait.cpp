// SPDX-License-Identifier: LGPL-2.1-or-later
// compose wait: until the containers of services have ended.
#include "slipway/compose_services.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_wait(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    Options options{"compose [-f FILE]... [-p NAME] wait SERVICE...",
                    "Waits until the containers of services have ended, prints the exit status of each on a "
                    "line of its own, and exits with the last one."};
    add_project_options(options, what.which);
    options.operands("SERVICE", what.services, "These services");
    options.parse(arguments);

    Arguments names;
    for (const client::ContainerInfo& info :
         containers_of(context, project_name(what.which), what.services, Among::all))
        names.push_back(info.name);
    if (names.empty())
        throw Failure{ErrorCode::no_such_container, "there are no containers to wait for"};
    return wait(context, names);
}

} // namespace slipway::cli
