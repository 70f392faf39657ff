// SPDX-License-Identifier: LGPL-2.1-or-later
// compose restart: group restart by docker's word.
#include "slipway/compose_services.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_restart(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    client::Group::Halt halt;
    Options options{"compose [-f FILE]... [-p NAME] restart [-t SECONDS] [SERVICE...]",
                    "Stops a group, and starts it."};
    add_services_options(options, what);
    options.seconds("-t,--timeout", halt.timeout, "How long after the stop signal SIGKILL follows");
    options.parse(arguments);

    halt.only = members_of(what);
    run_group_job(context, project_name(what.which),
                  [&halt](client::Group& group) { return group.restart(halt); });
    return 0;
}

} // namespace slipway::cli
