// SPDX-License-Identifier: LGPL-2.1-or-later
// compose down: group rm by docker's word.
#include "slipway/compose_services.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

// They are not the group's, but on its networks.
void remove_one_offs(Context& context, const std::string& group)
{
    client::Manager manager{context.engine()};
    for (const client::ContainerInfo& info : context.await(manager.list()).containers)
        if (info.group == group && info.labels.contains(one_off_label)) {
            client::Container container{context.engine(), info.path};
            context.await(container.remove(client::Removal::forced, client::Container::OwnVolumes::removed));
        }
}

} // namespace

int compose_down(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool has_volumes = false;
    bool removes_orphans = false;
    std::optional<std::chrono::microseconds> timeout;
    Options options{"compose [-f FILE]... [-p NAME] down [-v] [-t SECONDS]",
                    "Removes a group with its containers and networks."};
    add_project_options(options, which);
    options.flag("-v,--volumes", has_volumes, "Its volumes too, but for those that others have");
    options.flag("--remove-orphans", removes_orphans, "What the files do not name too, as is done anyway");
    options.seconds("-t,--timeout", timeout, "How long after the stop signal SIGKILL follows");
    options.parse(arguments);

    const std::string group = project_name(which);
    if (timeout)
        run_group_job(context, group, [timeout](client::Group& proxy) { return proxy.stop({{}, timeout}); });
    remove_one_offs(context, group);
    using Fate = client::Group::OwnVolumes;
    const Fate volumes = has_volumes ? Fate::removed : Fate::kept;
    run_group_job(context, group, [volumes](client::Group& proxy) { return proxy.remove(volumes); });
    return 0;
}

} // namespace slipway::cli
