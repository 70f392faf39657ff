// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration from JSON; each reader says where in the document it failed.
#include "oci/runtime_config.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <set>

namespace slipway::oci {

namespace {

using Json = nlohmann::json;

struct NamespaceRow {
    NamespaceType type;
    std::string_view name;
};

struct DeviceRow {
    DeviceType type;
    std::string_view letter;
};

// "u" is an old word for "c".
constexpr std::array device_rows{
    DeviceRow{DeviceType::character, "c"},
    DeviceRow{DeviceType::character, "u"},
    DeviceRow{DeviceType::block, "b"},
    DeviceRow{DeviceType::fifo, "p"},
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

// take() reads VALUE, which stands at HERE in the document, into TARGET.
void take(const Json& value, std::string& target, const std::string& here);
void take(const Json& value, ConsoleSize& target, const std::string& here);
void take(const Json& value, User& target, const std::string& here);
void take(const Json& value, Capabilities& target, const std::string& here);
void take(const Json& value, Rlimit& target, const std::string& here);
void take(const Json& value, Process& target, const std::string& here);
void take(const Json& value, Root& target, const std::string& here);
void take(const Json& value, Mount& target, const std::string& here);
void take(const Json& value, Namespace& target, const std::string& here);
void take(const Json& value, IdMapping& target, const std::string& here);
void take(const Json& value, Device& target, const std::string& here);
void take(const Json& value, Linux& target, const std::string& here);

void take(const Json& value, bool& target, const std::string& here)
{
    if (!value.is_boolean())
        throw wrong(here, "must be true or false");
    target = value.get<bool>();
}

template <std::integral T>
void take(const Json& value, T& target, const std::string& here)
{
    if (!value.is_number_integer())
        throw wrong(here, "must be a whole number");
    // The library has numbers from 0 on unsigned.
    if (value.is_number_unsigned() ? value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<T>::max()}
                                   : value.get<std::int64_t>() < std::int64_t{std::numeric_limits<T>::min()})
        throw wrong(here, "is out of range");
    target = value.get<T>();
}

template <typename T>
void take(const Json& value, std::optional<T>& target, const std::string& here)
{
    take(value, target.emplace(), here);
}

template <typename T>
void take(const Json& value, std::vector<T>& target, const std::string& here)
{
    if (!value.is_array())
        throw wrong(here, "must be an array");
    for (const Json& entry : value) {
        T row{};
        take(entry, row, here + "[" + std::to_string(target.size()) + "]");
        target.push_back(std::move(row));
    }
}

void take(const Json& value, std::map<std::string, std::string>& target, const std::string& here)
{
    if (!value.is_object())
        throw wrong(here, "must be an object");
    const std::string prefix = here + ".";
    for (const auto& [name, text] : value.items()) {
        if (name.find('\0') != std::string::npos)
            throw wrong(here, "has a name with a NUL character");
        take(text, target[name], prefix + name);
    }
}

void take(const Json& value, std::string& target, const std::string& here)
{
    if (!value.is_string())
        throw wrong(here, "must be a string");
    target = value.get_ref<const std::string&>();
    // The kernel would see only what is in front of it.
    if (target.find('\0') != std::string::npos)
        throw wrong(here, "must not have a NUL character");
}

// An object of the document; HERE is empty for the document itself. An absent member and a null one are the
// same.
class Object {
  public:
    Object(const Json& value, const std::string& here)
        : value_{&value}, prefix_{here.empty() ? "" : here + "."}
    {
        if (!value.is_object())
            throw wrong(here.empty() ? "config.json" : here, "must be an object");
    }

    template <typename T>
    void read(const char* member, T& target) const
    {
        if (const auto found = value_->find(member); found != value_->end() && !found->is_null())
            take(*found, target, at(member));
    }
    std::string at(const char* member) const { return prefix_ + member; }

  private:
    const Json* value_;
    std::string prefix_;
};

bool is_absolute(const std::string& path)
{
    return path.starts_with('/');
}

void take(const Json& value, ConsoleSize& target, const std::string& here)
{
    const Object json{value, here};
    json.read("height", target.height);
    json.read("width", target.width);
}

void take(const Json& value, User& target, const std::string& here)
{
    const Object json{value, here};
    json.read("uid", target.uid);
    json.read("gid", target.gid);
    json.read("umask", target.umask);
    json.read("additionalGids", target.additional_gids);
}

void take(const Json& value, Capabilities& target, const std::string& here)
{
    const Object json{value, here};
    json.read("bounding", target.bounding);
    json.read("effective", target.effective);
    json.read("inheritable", target.inheritable);
    json.read("permitted", target.permitted);
    json.read("ambient", target.ambient);
}

void take(const Json& value, Rlimit& target, const std::string& here)
{
    const Object json{value, here};
    json.read("type", target.type);
    json.read("soft", target.soft);
    json.read("hard", target.hard);
    if (target.type.empty())
        throw wrong(json.at("type"), "must name a limit");
    if (target.soft > target.hard)
        throw wrong(json.at("soft"), "is above the hard limit");
}

void take(const Json& value, Process& target, const std::string& here)
{
    const Object json{value, here};
    json.read("terminal", target.terminal);
    if (target.terminal)
        json.read("consoleSize", target.console_size);
    json.read("user", target.user);
    json.read("args", target.args);
    if (target.args.empty())
        throw wrong(json.at("args"), "must name a program");
    json.read("env", target.env);
    json.read("cwd", target.cwd);
    if (!is_absolute(target.cwd))
        throw wrong(json.at("cwd"), "must be an absolute path");
    json.read("capabilities", target.capabilities);
    json.read("rlimits", target.rlimits);
    std::set<std::string> types;
    for (const Rlimit& limit : target.rlimits)
        if (!types.insert(limit.type).second)
            throw wrong(json.at("rlimits"), "two of the type " + limit.type);
    json.read("noNewPrivileges", target.no_new_privileges);
    json.read("oomScoreAdj", target.oom_score_adj);
}

void take(const Json& value, Root& target, const std::string& here)
{
    const Object json{value, here};
    json.read("path", target.path);
    json.read("readonly", target.readonly);
}

void take(const Json& value, Mount& target, const std::string& here)
{
    const Object json{value, here};
    json.read("destination", target.destination);
    json.read("type", target.type);
    json.read("source", target.source);
    json.read("options", target.options);
    if (!is_absolute(target.destination))
        throw wrong(json.at("destination"), "must be an absolute path");
}

void take(const Json& value, Namespace& target, const std::string& here)
{
    const Object json{value, here};
    std::string type;
    json.read("type", type);
    json.read("path", target.path);
    const auto* const row =
        std::find_if(namespace_rows.begin(), namespace_rows.end(),
                     [&type](const NamespaceRow& candidate) { return candidate.name == type; });
    if (row == namespace_rows.end())
        throw wrong(json.at("type"), "unknown namespace '" + type + "'");
    target.type = row->type;
}

void take(const Json& value, IdMapping& target, const std::string& here)
{
    const Object json{value, here};
    json.read("containerID", target.container_id);
    json.read("hostID", target.host_id);
    json.read("size", target.size);
}

void take(const Json& value, Device& target, const std::string& here)
{
    const Object json{value, here};
    std::string type;
    json.read("type", type);
    const auto* const row =
        std::find_if(device_rows.begin(), device_rows.end(),
                     [&type](const DeviceRow& candidate) { return candidate.letter == type; });
    if (row == device_rows.end())
        throw wrong(json.at("type"), "unknown device type '" + type + "'");
    target.type = row->type;
    json.read("path", target.path);
    if (!is_absolute(target.path))
        throw wrong(json.at("path"), "must be an absolute path");
    json.read("major", target.major);
    json.read("minor", target.minor);
    json.read("fileMode", target.file_mode);
    json.read("uid", target.uid);
    json.read("gid", target.gid);
}

void take(const Json& value, Linux& target, const std::string& here)
{
    const Object json{value, here};
    json.read("namespaces", target.namespaces);
    std::set<NamespaceType> types;
    for (const Namespace& space : target.namespaces)
        if (!types.insert(space.type).second)
            throw wrong(json.at("namespaces"), "two of the type " + std::string{namespace_name(space.type)});
    json.read("uidMappings", target.uid_mappings);
    json.read("gidMappings", target.gid_mappings);
    if (!types.contains(NamespaceType::user) && !target.uid_mappings.empty())
        throw wrong(json.at("uidMappings"), "needs a user namespace");
    if (!types.contains(NamespaceType::user) && !target.gid_mappings.empty())
        throw wrong(json.at("gidMappings"), "needs a user namespace");
    json.read("devices", target.devices);
    json.read("cgroupsPath", target.cgroups_path);
    json.read("sysctl", target.sysctl);
    json.read("rootfsPropagation", target.rootfs_propagation);
    json.read("maskedPaths", target.masked_paths);
    json.read("readonlyPaths", target.readonly_paths);
}

RuntimeConfig read_config(const Json& value)
{
    const Object json{value, ""};
    RuntimeConfig config;
    json.read("ociVersion", config.oci_version);
    json.read("process", config.process);
    json.read("root", config.root);
    json.read("hostname", config.hostname);
    json.read("domainname", config.domainname);
    json.read("mounts", config.mounts);
    json.read("annotations", config.annotations);
    json.read("linux", config.linux);
    const bool has_names = find_namespace(config.linux, NamespaceType::uts) != nullptr;
    if (!config.hostname.empty() && !has_names)
        throw wrong("hostname", "needs a UTS namespace of its own");
    if (!config.domainname.empty() && !has_names)
        throw wrong("domainname", "needs a UTS namespace of its own");
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
