// SPDX-License-Identifier: LGPL-2.1-or-later
// compose up: a project's services brought up, and attended to unless they are left in the background.
#include "slipway/apply.hpp"
#include "slipway/compose_foreground.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/compose_images_here.hpp"
#include "slipway/compose_project.hpp"
#include "slipway/compose_secrets.hpp"
#include "slipway/compose_selection.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/replica_counts.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

struct UpOptions {
    ProjectOptions which;
    std::vector<std::string> services;
    std::vector<std::string> scales;
    bool is_detached = false;
    bool has_no_dependencies = false;
    bool removes_orphans = false;
    ImagesWish images;
    client::ApplyOptions how;
    ForegroundWish foreground;
};

void add_apply_options(Options& options, UpOptions& up, bool& is_always, bool& is_never)
{
    options.flag("-d,--detach", up.is_detached, "Leave them in the background");
    options.flag("--wait", up.how.is_patient, "Leave them there once they are healthy");
    options.list("--scale", up.scales, "SERVICE=N", "So many replicas of a service");
    options.flag("--no-deps", up.has_no_dependencies, "Not what the named services depend on");
    options.flag("--force-recreate", is_always, "Replace what is as it should be too");
    options.flag("--no-recreate", is_never, "Replace nothing");
    options.flag(
        "--rolling", up.how.is_rolling,
        "Replace replicas one after the other, each healthy before the next, or all stays as it was");
    options.flag("--remove-orphans", up.removes_orphans,
                 "Remove what the files do not name, as is done anyway where no service is named");
}

UpOptions read_up_options(const Arguments& arguments)
{
    UpOptions up;
    using Ends = ForegroundWish::Ends;
    bool is_always = false;
    bool is_never = false;
    bool ends_with_any = false;
    bool ends_with_failure = false;
    bool has_stamps = false;
    bool has_no_prefix = false;
    bool has_no_colour = false;
    std::optional<std::string> policy;
    Options options{"compose [-f FILE]... [-p NAME] up [-d] [OPTIONS] [SERVICE...]",
                    "Makes a group what compose files say, and starts it; shows what it writes until it has "
                    "ended or Ctrl-C stops it."};
    add_project_options(options, up.which);
    add_apply_options(options, up, is_always, is_never);
    options.flag("--build", up.images.builds, "Build images though they are here");
    options.text("--pull", policy, "always|missing|never|build", "Whatever the files say of it");
    options.flag("--quiet-pull", up.images.is_quiet, "No progress of that");
    options.flag("--abort-on-container-exit", ends_with_any, "Stop all when one has ended");
    options.flag("--abort-on-container-failure", ends_with_failure, "Stop all when one has failed");
    options.text("--exit-code-from", up.foreground.status_from, "SERVICE",
                 "Exit with its status, and stop all when one has ended");
    options.seconds("-t,--timeout", up.foreground.stop_timeout, "How long a stop may take");
    options.flag("--timestamps", has_stamps, "Put the time in front of each line");
    options.flag("--no-log-prefix", has_no_prefix, "Do not put the container's name in front");
    options.flag("--no-color", has_no_colour, "No colours on a terminal");
    options.operands_if_any("SERVICE", up.services, "These, and what they depend on");
    options.parse(arguments);

    if (is_always && is_never)
        throw UsageError{"--force-recreate and --no-recreate are opposites"};
    if (is_never && up.how.is_rolling)
        throw UsageError{"--rolling and --no-recreate are opposites"};
    up.how.renewal = is_always ? "always" : is_never ? "never" : "changed";
    if (policy)
        up.images.policy = read_pull_policy(*policy);
    const bool is_attended = ends_with_any || ends_with_failure || up.foreground.status_from;
    if (is_attended && (up.is_detached || up.how.is_patient))
        throw UsageError{"--detach and --wait leave them: nobody waits for an end"};
    up.foreground.ends = ends_with_failure                            ? Ends::when_any_fails
                         : ends_with_any || up.foreground.status_from ? Ends::when_any_ends
                                                                      : Ends::when_all_end;
    up.foreground.stamps = has_stamps ? Stamps::shown : Stamps::none;
    up.foreground.has_prefix = !has_no_prefix;
    up.foreground.has_colour = !has_no_colour;
    return up;
}

} // namespace

int compose_up(Context& context, const Arguments& arguments)
{
    UpOptions up = read_up_options(arguments);
    const compose::Project project = load_project(up.which, up.services);
    const std::vector<std::string> services = selected_services(
        project, up.services, up.has_no_dependencies ? Dependencies::left_out : Dependencies::included);
    if (up.foreground.status_from &&
        std::find(services.begin(), services.end(), *up.foreground.status_from) == services.end())
        throw UsageError{"--exit-code-from: " + *up.foreground.status_from + " is no service that comes up"};
    client::GroupSettings settings = settings_of(project, Directories::made, context.global().reach);
    scale_members(settings, up.scales);
    if (up.how.renewal != "never")
        up.how.rolling = rolling_services(project);
    if (!up.services.empty() && !up.removes_orphans)
        up.how.only = services;
    else if (!up.services.empty())
        throw UsageError{"--remove-orphans is for whole projects: name no service"};
    bring_images(context, project, services, up.images);
    bring_secrets(context, project);

    up.foreground.begun = now();
    up.foreground.group = project.name;
    up.foreground.services = services;
    const bool stays = !up.is_detached && !up.how.is_patient;
    try {
        apply_group(context, project.name, std::move(settings), up.how);
    } catch (const Failure& failure) {
        // Whoever interrupts what is in the foreground wants none of it.
        if (!stays || failure.code() != ErrorCode::cancelled)
            throw;
        run_group_job(context, project.name, [&services](client::Group& group) {
            return group.stop({services, {}});
        });
        throw;
    }
    if (!stays)
        return 0;
    for (const std::string& service : services)
        if (!project.services.at(service).is_attached)
            up.foreground.silent.push_back(service);
    return stay_in_foreground(context, up.foreground);
}

} // namespace slipway::cli
