// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's description in docker's keys.
#include "api/describe.hpp"

#include "base/json.hpp"
#include "base/signal_name.hpp"
#include "oci/image_config.hpp"
#include "placement/scope.hpp"

namespace slipway::api {

namespace {

std::string time_text(RealTime time)
{
    return to_usec(time) == 0 ? std::string{"0001-01-01T00:00:00Z"} : oci::rfc3339(time);
}

Json mounts_json(const engine::ContainerSpec& spec, const store::VolumeDirectories& volumes)
{
    Json list = engine::to_json(spec.mounts);
    Json mounts = Json::array();
    for (std::size_t i = 0; i < spec.mounts.size(); ++i) {
        const engine::Mount& mount = spec.mounts[i];
        Json item{{"Type", list[i].at("kind")},
                  {"Source", mount.source},
                  {"Destination", mount.target},
                  {"RW", !mount.is_read_only()},
                  {"Options", mount.options}};
        if (mount.kind == engine::MountKind::volume) {
            item["Name"] = mount.source;
            item["Driver"] = "local";
            item["Source"] = (volumes.data(mount.source) / mount.sub_path).native();
        }
        mounts.push_back(std::move(item));
    }
    return mounts;
}

} // namespace

std::string describe_container(const engine::Container& container, const store::VolumeDirectories& volumes)
{
    const engine::ContainerSpec& spec = container.spec;
    const store::ContainerState& state = container.row.state;
    const std::vector<std::string> rest(spec.arguments.begin() + 1, spec.arguments.end());
    const Json json{
        {"Id", container.id()},
        {"Name", container.name()},
        {"Created", time_text(container.row.created_at)},
        {"Path", spec.arguments.front()},
        {"Args", rest},
        {"Image", "sha256:" + container.row.image_id},
        {"ImageName", container.row.image_name},
        {"Unit", placement::scope_name(container.name())},
        {"State",
         {{"Status", engine::state_name(container.state)},
          {"Running", container.is_running()},
          {"Pid", container.is_running() ? state.pid : 0},
          {"ExitCode", state.exit_status},
          {"ExitSignal", state.exit_signal},
          {"Paused", container.state == engine::State::paused},
          {"OOMKilled", state.exit_cause == "oom-kill"},
          {"StartedAt", time_text(state.started_at)},
          {"FinishedAt", time_text(state.finished_at)}}},
        {"Config",
         {{"Hostname", spec.hostname},
          {"User", spec.user},
          {"Tty", spec.has_terminal},
          {"Env", spec.environment},
          {"WorkingDir", spec.working_directory},
          {"Labels", spec.labels},
          {"StopSignal", signal_name(spec.stop_signal)},
          {"StopTimeout", std::chrono::duration_cast<std::chrono::seconds>(spec.stop_timeout).count()},
          {"LogTag", spec.log_tag}}},
        {"Mounts", mounts_json(spec, volumes)},
        {"HostConfig", {{"AutoRemove", container.row.auto_remove}, {"Limits", spec.limits}}},
    };
    return json_text(json, StrayBytes::replaced);
}

} // namespace slipway::api
