// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration (config.json, runtime specification 1.x, Linux) as checked plain structs.
//
// Members carry the specification's names in snake_case; what is optional there and has no neutral value is
// optional here. Whatever the specification knows and these structs do not is ignored when it is read.
#pragma once

#include "base/result.hpp"
#include "oci/seccomp_policy.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

// In characters.
struct ConsoleSize {
    std::uint16_t height = 0;
    std::uint16_t width = 0;
};

struct User {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::optional<std::uint32_t> umask;
    std::vector<std::uint32_t> additional_gids;
};

// Names such as "CAP_CHOWN"; a name that the kernel does not know is the launcher's to judge.
struct Capabilities {
    std::vector<std::string> bounding;
    std::vector<std::string> effective;
    std::vector<std::string> inheritable;
    std::vector<std::string> permitted;
    std::vector<std::string> ambient;
};

struct Rlimit {
    std::string type; // "RLIMIT_NOFILE"
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;
};

struct Process {
    bool terminal = false;
    std::optional<ConsoleSize> console_size; // read where there is a terminal
    User user;
    std::vector<std::string> args;
    std::vector<std::string> env; // "NAME=value"
    std::string cwd = "/";
    std::optional<Capabilities> capabilities; // absent: none at all
    std::vector<Rlimit> rlimits;
    bool no_new_privileges = false;
    std::optional<int> oom_score_adj;
};

struct Root {
    std::string path;
    bool readonly = false;
};

struct Mount {
    std::string destination;
    std::string type;
    std::string source;
    std::vector<std::string> options;
};

enum class NamespaceType { pid, network, mount, ipc, uts, user, cgroup, time };

struct Namespace {
    NamespaceType type;
    std::string path; // empty: a new one
};

struct IdMapping {
    std::uint32_t container_id = 0;
    std::uint32_t host_id = 0;
    std::uint32_t size = 0;
};

enum class DeviceType { character, block, fifo };

struct Device {
    DeviceType type = DeviceType::character;
    std::string path;
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::optional<std::uint32_t> file_mode;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

struct Linux {
    std::vector<Namespace> namespaces; // each type at most once
    std::vector<IdMapping> uid_mappings;
    std::vector<IdMapping> gid_mappings;
    std::vector<Device> devices;
    std::string cgroups_path;
    std::map<std::string, std::string> sysctl;
    std::optional<Seccomp> seccomp;
    std::string rootfs_propagation; // "shared", "rslave", …; empty: the launcher's default
    std::vector<std::string> masked_paths;
    std::vector<std::string> readonly_paths;
};

struct RuntimeConfig {
    std::string oci_version = "1.2.0";
    std::optional<Process> process;
    Root root;
    std::string hostname;
    std::string domainname;
    std::vector<Mount> mounts; // in the order of mounting
    std::map<std::string, std::string> annotations;
    Linux linux;
};

// Refuses with invalid_argument, the JSON path in front of the reason: "process.args[2]: must be a string".
// A value that contradicts another (two namespaces of a type, a hostname without a UTS namespace) is refused
// too.
Result<RuntimeConfig> parse_runtime_config(std::string_view json);

// The configuration as JSON; parse_runtime_config() reads the same from it.
// Throws Failure{invalid_argument} for text that is not UTF-8.
std::string to_json(const RuntimeConfig& config);

// Nothing where the configuration has no such namespace.
const Namespace* find_namespace(const Linux& settings, NamespaceType type);

// The specification's word: "network".
std::string_view namespace_name(NamespaceType type);

} // namespace slipway::oci
