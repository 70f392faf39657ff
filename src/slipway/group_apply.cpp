// SPDX-License-Identifier: LGPL-2.1-or-later
// group apply: a group becomes what a compose file says.
#include "slipway/apply.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/compose_images_here.hpp"
#include "slipway/compose_project.hpp"
#include "slipway/compose_secrets.hpp"
#include "slipway/compose_selection.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_apply(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool is_dry = false;
    bool is_rolling = false;
    Options options{"group apply [-f FILE]... [-p NAME] [--dry-run] [--rolling]",
                    "Makes a group what compose files say, all of it, and starts it; prints its name."};
    add_project_options(options, which);
    options.flag("--dry-run", is_dry, "Only say what would be done");
    options.flag(
        "--rolling", is_rolling,
        "Replace replicas one after the other, each healthy before the next, or all stays as it was");
    options.parse(arguments);

    const compose::Project project = load_project(which);
    client::GroupSettings settings =
        settings_of(project, is_dry ? Directories::left : Directories::made, context.global().reach);
    if (is_dry) {
        print(plan_text(context, project.name, std::move(settings)));
        return 0;
    }
    bring_images(context, project, selected_services(project, {}, Dependencies::included), {});
    bring_secrets(context, project);
    client::ApplyOptions how;
    how.is_rolling = is_rolling;
    how.rolling = rolling_services(project);
    apply_group(context, project.name, std::move(settings), how);
    print_line(project.name);
    return 0;
}

} // namespace slipway::cli
