// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration (config.json, runtime specification 1.2, Linux) as checked plain structs.
//
// Members carry the specification's names in snake_case; what is optional there and has no neutral value is
// optional here. Whatever the specification knows and these structs do not is ignored when it is read.
#pragma once

#include "base/result.hpp"
#include "oci/resources.hpp"
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

// Names such as "CAP_CHOWN"; one that the kernel does not know is ignored.
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

enum class SchedulerPolicy { other, fifo, rr, batch, idle, deadline };

enum class SchedulerFlag {
    reset_on_fork,
    reclaim,
    dl_overrun,
    keep_policy,
    keep_params,
    util_clamp_min,
    util_clamp_max,
};

// sched(7); times in nanoseconds.
struct Scheduler {
    SchedulerPolicy policy = SchedulerPolicy::other;
    std::optional<std::int32_t> nice;
    std::optional<std::int32_t> priority;
    std::vector<SchedulerFlag> flags;
    std::optional<std::uint64_t> runtime;
    std::optional<std::uint64_t> deadline;
    std::optional<std::uint64_t> period;
};

enum class IoPriorityClass { realtime, best_effort, idle };

// ioprio_set(2).
struct IoPriority {
    IoPriorityClass io_class = IoPriorityClass::best_effort;
    std::int32_t priority = 0; // 0, the first, to 7
};

// Lists such as "0-3,7", of a process beside the payload: before it is in the cgroup, and after.
struct CpuAffinity {
    std::string initial;
    std::string final;
};

struct Process {
    bool terminal = false;
    std::optional<ConsoleSize> console_size; // heeded where there is a terminal
    User user;
    std::vector<std::string> args;
    std::vector<std::string> env; // "NAME=value"
    std::string cwd = "/";
    std::optional<Capabilities> capabilities; // absent: none at all
    std::vector<Rlimit> rlimits;
    bool no_new_privileges = false;
    std::optional<int> oom_score_adj;
    std::optional<Scheduler> scheduler;
    std::optional<IoPriority> io_priority;
    std::optional<CpuAffinity> exec_cpu_affinity;
    std::string apparmor_profile;
    std::string selinux_label;
};

struct Root {
    std::string path;
    bool readonly = false;
};

struct IdMapping {
    std::uint32_t container_id = 0;
    std::uint32_t host_id = 0;
    std::uint32_t size = 0;
};

struct Mount {
    std::string destination; // relative: to "/"
    std::string type;
    std::string source;
    std::vector<std::string> options;
    std::vector<IdMapping> uid_mappings; // of the mount, from its source's IDs to the host's
    std::vector<IdMapping> gid_mappings;
};

struct Hook {
    std::string path;
    std::vector<std::string> args;               // with argv[0]; empty: the path alone
    std::optional<std::vector<std::string>> env; // absent: the runtime's own
    std::optional<std::int32_t> timeout;         // seconds
};

struct Hooks {
    std::vector<Hook> prestart;
    std::vector<Hook> create_runtime;
    std::vector<Hook> create_container;
    std::vector<Hook> start_container;
    std::vector<Hook> poststart;
    std::vector<Hook> poststop;
};

enum class NamespaceType { pid, network, mount, ipc, uts, user, cgroup, time };

struct Namespace {
    NamespaceType type;
    std::string path; // empty: a new one
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

enum class PersonalityDomain { linux, linux32 };

struct Personality {
    PersonalityDomain domain = PersonalityDomain::linux;
    std::vector<std::string> flags; // none is defined
};

struct TimeOffset {
    std::int64_t secs = 0;
    std::uint32_t nanosecs = 0;
};

struct IntelRdt {
    std::string clos_id; // empty: the container's ID
    std::vector<std::string> schemata;
    std::string l3_cache_schema;
    std::string mem_bw_schema;
    bool enable_monitoring = false;
};

struct Linux {
    std::vector<Namespace> namespaces; // each type at most once
    std::vector<IdMapping> uid_mappings;
    std::vector<IdMapping> gid_mappings;
    std::map<std::string, TimeOffset> time_offsets; // by clock: "monotonic", "boottime"
    std::vector<Device> devices;
    std::string cgroups_path;
    std::optional<Resources> resources;
    std::optional<IntelRdt> intel_rdt;
    std::map<std::string, std::string> sysctl;
    std::optional<Seccomp> seccomp;
    std::string rootfs_propagation; // "shared", "rslave", …; empty: private
    std::vector<std::string> masked_paths;
    std::vector<std::string> readonly_paths;
    std::string mount_label;
    std::optional<Personality> personality;
};

struct RuntimeConfig {
    std::string oci_version = "1.2.0";
    std::optional<Process> process;
    Root root;
    std::string hostname;
    std::string domainname;
    std::vector<Mount> mounts; // in the order of mounting
    std::map<std::string, std::string> annotations;
    Hooks hooks;
    Linux linux;
};

// Refuses with invalid_argument, the JSON path in front of the reason: "process.args[2]: must be a string".
// A value that contradicts another (two namespaces of a type, a hostname without a UTS namespace) is refused
// too.
Result<RuntimeConfig> parse_runtime_config(std::string_view json);

// A process alone, as "exec --process" takes it; the paths begin with "process".
Result<Process> parse_process(std::string_view json);

// The configuration as JSON; parse_runtime_config() reads the same from it.
// Throws Failure{invalid_argument} for text that is not UTF-8.
std::string to_json(const RuntimeConfig& config);

std::string to_json(const Seccomp& policy);

// Nothing where the configuration has no such namespace.
const Namespace* find_namespace(const Linux& settings, NamespaceType type);

// The specification's word: "network".
std::string_view namespace_name(NamespaceType type);

} // namespace slipway::oci
