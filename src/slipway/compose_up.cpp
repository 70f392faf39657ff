// SPDX-License-Identifier: LGPL-2.1-or-later
// compose up: group apply by docker's word.
#include "slipway/apply.hpp"
#include "slipway/compose_project.hpp"
#include "slipway/report.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_up(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool is_detached = false;
    bool is_rolling = false;
    Options options{"compose [-f FILE]... [-p NAME] up [-d] [--rolling]",
                    "Makes a group what compose files say, and starts it."};
    add_project_options(options, which);
    options.flag("-d,--detach", is_detached, "Do not say where its logs are");
    options.flag(
        "--rolling", is_rolling,
        "Replace replicas one after the other, each healthy before the next, or all stays as it was");
    options.parse(arguments);

    const compose::Project project = load_project(which);
    apply_group(context, project.name, settings_of(project, Directories::made),
                is_rolling ? client::Group::Replacing::rolling : client::Group::Replacing::at_once);
    if (!is_detached)
        complain("it runs in the background; its logs: journalctl -f -u 'slipway-" + project.name +
                 "-*.scope'\n");
    return 0;
}

} // namespace slipway::cli
