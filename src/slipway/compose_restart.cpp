// SPDX-License-Identifier: LGPL-2.1-or-later
// compose restart: group restart by docker's word.
#include "slipway/compose_project.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_restart(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    Options options{"compose [-f FILE]... [-p NAME] restart", "Stops a group, and starts it."};
    add_project_options(options, which);
    options.parse(arguments);

    run_group_job(context, project_name(which), [](client::Group& group) { return group.restart(); });
    return 0;
}

} // namespace slipway::cli
