// SPDX-License-Identifier: LGPL-2.1-or-later
// compose down: group rm by docker's word.
#include "slipway/compose_project.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_down(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool has_volumes = false;
    Options options{"compose [-f FILE]... [-p NAME] down [-v]",
                    "Removes a group with its containers and networks."};
    add_project_options(options, which);
    options.flag("-v,--volumes", has_volumes, "Its volumes too, but for those that others have");
    options.parse(arguments);

    using Fate = client::Group::OwnVolumes;
    const Fate volumes = has_volumes ? Fate::removed : Fate::kept;
    run_group_job(context, project_name(which),
                  [volumes](client::Group& group) { return group.remove(volumes); });
    return 0;
}

} // namespace slipway::cli
