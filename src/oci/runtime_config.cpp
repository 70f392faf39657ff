// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration from JSON and back; each reader says where in the document it failed.
#include "oci/runtime_config.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace slipway::oci {

namespace {

using Json = nlohmann::json;

struct NamespaceRow {
    NamespaceType type;
    std::string_view name;
};

constexpr std::array namespace_rows{
    NamespaceRow{NamespaceType::pid, "pid"},       NamespaceRow{NamespaceType::network, "network"},
    NamespaceRow{NamespaceType::mount, "mount"},   NamespaceRow{NamespaceType::ipc, "ipc"},
    NamespaceRow{NamespaceType::uts, "uts"},       NamespaceRow{NamespaceType::user, "user"},
    NamespaceRow{NamespaceType::cgroup, "cgroup"}, NamespaceRow{NamespaceType::time, "time"},
};

Failure wrong(const std::string& path, std::string_view reason)
{
    return Failure{ErrorCode::invalid_argument, path + ": " + std::string{reason}};
}

// Reads MEMBER of OBJECT into TARGET where it is there.
template <typename T>
void read(const Json& object, const char* member, T& target, const std::string& path)
{
    const auto found = object.find(member);
    if (found == object.end() || found->is_null())
        return;
    const std::string here = path + (path.empty() ? "" : ".") + member;
    if constexpr (std::is_same_v<T, bool>) {
        if (!found->is_boolean())
            throw wrong(here, "must be true or false");
    } else if constexpr (std::is_integral_v<T>) {
        if (!found->is_number_integer())
            throw wrong(here, "must be a whole number");
        if (found->is_number_unsigned()
                ? found->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<T>::max()}
                : found->get<std::int64_t>() < std::int64_t{std::numeric_limits<T>::min()})
            throw wrong(here, "is out of range");
    }
    try {
        found->get_to(target);
    } catch (const Json::exception&) {
        throw wrong(here, "has the wrong type");
    }
}

// The member as an object; an empty one where it is not there.
Json object_at(const Json& object, const char* member, const std::string& path)
{
    const auto found = object.find(member);
    if (found == object.end())
        return Json::object();
    if (!found->is_object())
        throw wrong(path + member, "must be an object");
    return *found;
}

Json array_at(const Json& object, const char* member, const std::string& path)
{
    const auto found = object.find(member);
    if (found == object.end() || found->is_null())
        return Json::array();
    if (!found->is_array())
        throw wrong(path + member, "must be an array");
    for (std::size_t i = 0; i < found->size(); ++i)
        if (!(*found)[i].is_object())
            throw wrong(path + member + "[" + std::to_string(i) + "]", "must be an object");
    return *found;
}

Process read_process(const Json& json)
{
    Process process;
    read(json, "terminal", process.terminal, "process");
    read(json, "args", process.args, "process");
    if (process.args.empty())
        throw wrong("process.args", "must name a program");
    read(json, "env", process.env, "process");
    read(json, "cwd", process.cwd, "process");
    if (process.cwd.empty() || process.cwd.front() != '/')
        throw wrong("process.cwd", "must be an absolute path");
    read(json, "noNewPrivileges", process.no_new_privileges, "process");
    const Json user = object_at(json, "user", "process.");
    read(user, "uid", process.user.uid, "process.user");
    read(user, "gid", process.user.gid, "process.user");
    read(user, "additionalGids", process.user.additional_gids, "process.user");
    if (user.contains("umask")) {
        process.user.umask = 0;
        read(user, "umask", *process.user.umask, "process.user");
    }
    if (json.contains("oomScoreAdj")) {
        process.oom_score_adj = 0;
        read(json, "oomScoreAdj", *process.oom_score_adj, "process");
    }
    if (json.contains("capabilities")) {
        const Json sets = object_at(json, "capabilities", "process.");
        Capabilities capabilities;
        read(sets, "bounding", capabilities.bounding, "process.capabilities");
        read(sets, "effective", capabilities.effective, "process.capabilities");
        read(sets, "inheritable", capabilities.inheritable, "process.capabilities");
        read(sets, "permitted", capabilities.permitted, "process.capabilities");
        read(sets, "ambient", capabilities.ambient, "process.capabilities");
        process.capabilities = std::move(capabilities);
    }
    for (const Json& limit : array_at(json, "rlimits", "process.")) {
        Rlimit row;
        read(limit, "type", row.type, "process.rlimits[]");
        read(limit, "soft", row.soft, "process.rlimits[]");
        read(limit, "hard", row.hard, "process.rlimits[]");
        process.rlimits.push_back(std::move(row));
    }
    return process;
}

std::vector<IdMapping> read_mappings(const Json& json, const char* member)
{
    const std::string path = std::string{"linux."} + member + "[]";
    std::vector<IdMapping> mappings;
    for (const Json& entry : array_at(json, member, "linux.")) {
        IdMapping mapping;
        read(entry, "containerID", mapping.container_id, path);
        read(entry, "hostID", mapping.host_id, path);
        read(entry, "size", mapping.size, path);
        mappings.push_back(mapping);
    }
    return mappings;
}

Json mappings_json(const std::vector<IdMapping>& mappings)
{
    Json json = Json::array();
    for (const IdMapping& mapping : mappings)
        json.push_back(
            {{"containerID", mapping.container_id}, {"hostID", mapping.host_id}, {"size", mapping.size}});
    return json;
}

Linux read_linux(const Json& json)
{
    Linux settings;
    for (const Json& entry : array_at(json, "namespaces", "linux.")) {
        std::string type;
        Namespace space{NamespaceType::pid, {}};
        read(entry, "type", type, "linux.namespaces[]");
        read(entry, "path", space.path, "linux.namespaces[]");
        bool is_known = false;
        for (const NamespaceRow& row : namespace_rows)
            if (row.name == type) {
                space.type = row.type;
                is_known = true;
            }
        if (!is_known)
            throw wrong("linux.namespaces[].type", "unknown namespace '" + type + "'");
        if (find_namespace(settings, space.type) != nullptr)
            throw wrong("linux.namespaces", "two of the type " + type);
        settings.namespaces.push_back(std::move(space));
    }
    settings.uid_mappings = read_mappings(json, "uidMappings");
    settings.gid_mappings = read_mappings(json, "gidMappings");
    read(json, "cgroupsPath", settings.cgroups_path, "linux");
    read(json, "sysctl", settings.sysctl, "linux");
    read(json, "rootfsPropagation", settings.rootfs_propagation, "linux");
    read(json, "maskedPaths", settings.masked_paths, "linux");
    read(json, "readonlyPaths", settings.readonly_paths, "linux");
    return settings;
}

RuntimeConfig read_config(const Json& json)
{
    if (!json.is_object())
        throw wrong("config.json", "must be an object");
    RuntimeConfig config;
    read(json, "ociVersion", config.oci_version, "");
    read(json, "hostname", config.hostname, "");
    read(json, "domainname", config.domainname, "");
    read(json, "annotations", config.annotations, "");
    if (json.contains("process"))
        config.process = read_process(object_at(json, "process", ""));
    const Json root = object_at(json, "root", "");
    read(root, "path", config.root.path, "root");
    read(root, "readonly", config.root.readonly, "root");
    for (const Json& entry : array_at(json, "mounts", "")) {
        Mount mount;
        read(entry, "destination", mount.destination, "mounts[]");
        read(entry, "type", mount.type, "mounts[]");
        read(entry, "source", mount.source, "mounts[]");
        read(entry, "options", mount.options, "mounts[]");
        if (mount.destination.empty() || mount.destination.front() != '/')
            throw wrong("mounts[].destination", "must be an absolute path");
        config.mounts.push_back(std::move(mount));
    }
    config.linux = read_linux(object_at(json, "linux", ""));
    if (!config.hostname.empty() && find_namespace(config.linux, NamespaceType::uts) == nullptr)
        throw wrong("hostname", "needs a UTS namespace of its own");
    return config;
}

} // namespace

Result<RuntimeConfig> parse_runtime_config(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return Failure{ErrorCode::invalid_argument, "config.json: is not JSON"};
    try {
        return read_config(json);
    } catch (const Failure& failure) {
        return failure;
    }
}

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

const Namespace* find_namespace(const Linux& settings, NamespaceType type)
{
    for (const Namespace& space : settings.namespaces)
        if (space.type == type)
            return &space;
    return nullptr;
}

std::string_view namespace_name(NamespaceType type)
{
    for (const NamespaceRow& row : namespace_rows)
        if (row.type == type)
            return row.name;
    return {};
}

} // namespace slipway::oci
