// SPDX-License-Identifier: LGPL-2.1-or-later
// compose start: group start by docker's word.
#include "slipway/compose_services.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_start(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    Options options{"compose [-f FILE]... [-p NAME] start [SERVICE...]",
                    "Starts a group, members in their order; what is missing of it is made."};
    add_services_options(options, what);
    options.parse(arguments);

    run_group_job(context, project_name(what.which),
                  [&what](client::Group& group) { return group.start(members_of(what)); });
    return 0;
}

} // namespace slipway::cli
