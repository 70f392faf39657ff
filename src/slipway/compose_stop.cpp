// SPDX-License-Identifier: LGPL-2.1-or-later
// compose stop: group stop by docker's word.
#include "slipway/compose_project.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_stop(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    Options options{"compose [-f FILE]... [-p NAME] stop", "Stops a group, members in their order."};
    add_project_options(options, which);
    options.parse(arguments);

    run_group_job(context, project_name(which), [](client::Group& group) { return group.stop(); });
    return 0;
}

} // namespace slipway::cli
