// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration to JSON.
#include "oci/runtime_config.hpp"

#include <nlohmann/json.hpp>

namespace slipway::oci {

namespace {

using Json = nlohmann::json;

Json mappings_json(const std::vector<IdMapping>& mappings)
{
    Json json = Json::array();
    for (const IdMapping& mapping : mappings)
        json.push_back(
            {{"containerID", mapping.container_id}, {"hostID", mapping.host_id}, {"size", mapping.size}});
    return json;
}

std::string_view letter_of(DeviceType type)
{
    switch (type) {
    case DeviceType::character:
        return "c";
    case DeviceType::block:
        return "b";
    case DeviceType::fifo:
        return "p";
    }
    return {};
}

Json device_json(const Device& device)
{
    Json json{{"type", letter_of(device.type)}, {"path", device.path}, {"major", device.major},
              {"minor", device.minor},          {"uid", device.uid},   {"gid", device.gid}};
    if (device.file_mode)
        json["fileMode"] = *device.file_mode;
    return json;
}

} // namespace

std::string to_json(const RuntimeConfig& config)
{
    Json json{
        {"ociVersion", config.oci_version},
        {"root", {{"path", config.root.path}, {"readonly", config.root.readonly}}},
        {"hostname", config.hostname},
        {"domainname", config.domainname},
        {"annotations", config.annotations},
        {"mounts", Json::array()},
        {"linux",
         {{"namespaces", Json::array()},
          {"uidMappings", mappings_json(config.linux.uid_mappings)},
          {"gidMappings", mappings_json(config.linux.gid_mappings)},
          {"devices", Json::array()},
          {"cgroupsPath", config.linux.cgroups_path},
          {"sysctl", config.linux.sysctl},
          {"rootfsPropagation", config.linux.rootfs_propagation},
          {"maskedPaths", config.linux.masked_paths},
          {"readonlyPaths", config.linux.readonly_paths}}},
    };
    for (const Mount& mount : config.mounts)
        json["mounts"].push_back({{"destination", mount.destination},
                                  {"type", mount.type},
                                  {"source", mount.source},
                                  {"options", mount.options}});
    for (const Namespace& space : config.linux.namespaces)
        json["linux"]["namespaces"].push_back({{"type", namespace_name(space.type)}, {"path", space.path}});
    for (const Device& device : config.linux.devices)
        json["linux"]["devices"].push_back(device_json(device));
    if (config.process) {
        const Process& process = *config.process;
        Json body{
            {"terminal", process.terminal},
            {"args", process.args},
            {"env", process.env},
            {"cwd", process.cwd},
            {"noNewPrivileges", process.no_new_privileges},
            {"rlimits", Json::array()},
            {"user",
             {{"uid", process.user.uid},
              {"gid", process.user.gid},
              {"additionalGids", process.user.additional_gids}}},
        };
        if (process.console_size)
            body["consoleSize"] = {{"height", process.console_size->height},
                                   {"width", process.console_size->width}};
        if (process.user.umask)
            body["user"]["umask"] = *process.user.umask;
        if (process.oom_score_adj)
            body["oomScoreAdj"] = *process.oom_score_adj;
        if (process.capabilities)
            body["capabilities"] = {{"bounding", process.capabilities->bounding},
                                    {"effective", process.capabilities->effective},
                                    {"inheritable", process.capabilities->inheritable},
                                    {"permitted", process.capabilities->permitted},
                                    {"ambient", process.capabilities->ambient}};
        for (const Rlimit& limit : process.rlimits)
            body["rlimits"].push_back({{"type", limit.type}, {"soft", limit.soft}, {"hard", limit.hard}});
        json["process"] = std::move(body);
    }
    try {
        return json.dump();
    } catch (const Json::exception&) {
        throw Failure{ErrorCode::invalid_argument, "a text of the configuration is not UTF-8"};
    }
}

} // namespace slipway::oci
