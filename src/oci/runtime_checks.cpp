// SPDX-License-Identifier: LGPL-2.1-or-later
// The process, mounts, hooks and what belongs to Linux: ranges, and members that contradict each other.
#include "oci/runtime_checks.hpp"

#include "oci/cpu_list.hpp"
#include "oci/runtime_names.hpp"

#include <array>
#include <set>

namespace slipway::oci {

namespace {

bool is_absolute(const std::string& path)
{
    return path.starts_with('/');
}

template <typename Number>
void require_range(Number number, Number least, Number most, const Place& here)
{
    if (number < least || number > most)
        here.refuse("must be from " + std::to_string(least) + " to " + std::to_string(most));
}

// Sysctls that belong to a namespace, for no other may be set for one container (namespaces(7), ipc
// namespaces).
std::optional<NamespaceType> namespace_of_sysctl(const std::string& name)
{
    static const std::set<std::string, std::less<>> of_ipc{
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni",          "kernel.sem",        "kernel.shmall",
        "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced", "kernel.auto_msgmni"};
    if (name.starts_with("net."))
        return NamespaceType::network;
    if (of_ipc.contains(name) || name.starts_with("fs.mqueue."))
        return NamespaceType::ipc;
    if (name == "kernel.domainname")
        return NamespaceType::uts;
    if (name.starts_with("user."))
        return NamespaceType::user;
    return std::nullopt;
}

void check_sysctls(const Linux& settings, const Place& here)
{
    for (const auto& [written, value] : settings.sysctl) {
        const Place place = here.member("sysctl").member(written);
        // sysctl(8) takes both ways of writing.
        std::string name = written;
        if (const std::size_t first = name.find_first_of("./");
            first != std::string::npos && name[first] == '/')
            for (char& letter : name)
                letter = letter == '/' ? '.' : letter == '.' ? '/' : letter;
        if (name == "kernel.hostname")
            place.refuse("is what hostname is for");
        const std::optional<NamespaceType> type = namespace_of_sysctl(name);
        if (!type)
            place.refuse("is none of a namespace's, and would be set for the whole host");
        if (find_namespace(settings, *type) == nullptr)
            place.refuse("needs a namespace of its own: " + std::string{name_of(*type)});
    }
}

void check_mappings(const std::vector<IdMapping>& mappings, const char* member, bool has_namespace,
                    bool is_new, const Place& here)
{
    const Place place = here.member(member);
    if (!mappings.empty() && !has_namespace)
        place.refuse("needs a user namespace");
    if (mappings.empty() && is_new)
        place.refuse("a new user namespace needs one");
    for (std::size_t i = 0; i < mappings.size(); ++i)
        if (mappings[i].size == 0)
            place.entry(i).member("size").refuse("must be 1 or more");
}

void check_time_offsets(const Linux& settings, const Place& here)
{
    const Namespace* const time = find_namespace(settings, NamespaceType::time);
    for (const auto& [clock, offset] : settings.time_offsets) {
        const Place place = here.member("timeOffsets").member(clock);
        if (clock != "monotonic" && clock != "boottime")
            place.refuse("unknown clock; there are monotonic and boottime");
        if (time == nullptr || !time->path.empty())
            place.refuse("needs a new time namespace");
    }
}

} // namespace

void require_cpu_list(const std::string& text, const Place& here)
{
    if (text.empty())
        return;
    if (const auto list = parse_cpu_list(text); !list)
        here.refuse(list.failure().message());
}

void check(const Rlimit& limit, const Place& here)
{
    if (limit.type.empty())
        here.member("type").refuse("must name a limit");
    if (limit.soft > limit.hard)
        here.member("soft").refuse("is above the hard limit");
}

void check(const Scheduler& scheduler, const Place& here)
{
    const bool is_deadline = scheduler.policy == SchedulerPolicy::deadline;
    const bool is_realtime =
        scheduler.policy == SchedulerPolicy::fifo || scheduler.policy == SchedulerPolicy::rr;
    if (scheduler.nice)
        require_range(*scheduler.nice, -20, 19, here.member("nice"));
    if (scheduler.priority && *scheduler.priority != 0) {
        if (!is_realtime)
            here.member("priority").refuse("is for SCHED_FIFO and SCHED_RR");
        require_range(*scheduler.priority, 1, 99, here.member("priority"));
    }
    const std::array deadline_only{std::pair{"runtime", scheduler.runtime},
                                   std::pair{"deadline", scheduler.deadline},
                                   std::pair{"period", scheduler.period}};
    for (const auto& [name, value] : deadline_only)
        if (value.value_or(0) != 0 && !is_deadline)
            here.member(name).refuse("is for SCHED_DEADLINE");
}

void check(const IoPriority& priority, const Place& here)
{
    require_range(priority.priority, 0, 7, here.member("priority"));
}

void check(const CpuAffinity& affinity, const Place& here)
{
    require_cpu_list(affinity.initial, here.member("initial"));
    require_cpu_list(affinity.final, here.member("final"));
}

void check(const Process& process, const Place& here)
{
    if (process.args.empty())
        here.member("args").refuse("must name a program");
    if (!is_absolute(process.cwd))
        here.member("cwd").refuse("must be an absolute path");
    std::set<std::string> types;
    for (const Rlimit& limit : process.rlimits)
        if (!types.insert(limit.type).second)
            here.member("rlimits").refuse("two of the type " + limit.type);
    if (process.oom_score_adj)
        require_range(*process.oom_score_adj, -1000, 1000, here.member("oomScoreAdj"));
}

void check(const Mount& mount, const Place& here)
{
    if (mount.destination.empty())
        here.member("destination").refuse("must not be empty");
    if (mount.uid_mappings.empty() != mount.gid_mappings.empty())
        here.member(mount.uid_mappings.empty() ? "uidMappings" : "gidMappings")
            .refuse("must be there, since the other one is");
}

void check(const Hook& hook, const Place& here)
{
    if (!is_absolute(hook.path))
        here.member("path").refuse("must be an absolute path");
    if (hook.timeout && *hook.timeout <= 0)
        here.member("timeout").refuse("must be 1 second or more");
}

void check(const Device& device, const Place& here)
{
    if (!is_absolute(device.path))
        here.member("path").refuse("must be an absolute path");
}

void check(const Personality& personality, const Place& here)
{
    if (!personality.flags.empty())
        here.member("flags").entry(0).refuse("unknown flag '" + personality.flags.front() + "'");
}

void check(const TimeOffset& offset, const Place& here)
{
    if (offset.nanosecs >= 1'000'000'000)
        here.member("nanosecs").refuse("must be below a second");
}

void check(const Linux& settings, const Place& here)
{
    std::set<NamespaceType> types;
    for (const Namespace& space : settings.namespaces)
        if (!types.insert(space.type).second)
            here.member("namespaces").refuse("two of the type " + std::string{name_of(space.type)});
    const Namespace* const user = find_namespace(settings, NamespaceType::user);
    const bool is_new_user = user != nullptr && user->path.empty();
    check_mappings(settings.uid_mappings, "uidMappings", user != nullptr, is_new_user, here);
    check_mappings(settings.gid_mappings, "gidMappings", user != nullptr, is_new_user, here);
    check_time_offsets(settings, here);
    check_sysctls(settings, here);
    static const std::set<std::string, std::less<>> propagations{
        "", "shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable", "runbindable"};
    if (!propagations.contains(settings.rootfs_propagation))
        here.member("rootfsPropagation").refuse("unknown propagation '" + settings.rootfs_propagation + "'");
}

void check(const RuntimeConfig& config, const Place& here)
{
    const bool has_names = find_namespace(config.linux, NamespaceType::uts) != nullptr;
    if (!config.hostname.empty() && !has_names)
        here.member("hostname").refuse("needs a UTS namespace of its own");
    if (!config.domainname.empty() && !has_names)
        here.member("domainname").refuse("needs a UTS namespace of its own");
    const auto sysctl = config.linux.sysctl.find("kernel.domainname");
    if (!config.domainname.empty() && sysctl != config.linux.sysctl.end() &&
        sysctl->second != config.domainname)
        here.member("domainname")
            .refuse("is '" + config.domainname + "', but linux.sysctl.kernel.domainname is '" +
                    sysctl->second + "'");
}

} // namespace slipway::oci
