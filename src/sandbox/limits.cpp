// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits: getrlimit(2), sched_setattr(2), ioprio_set(2), personality(2), sched_setaffinity(2).
#include "sandbox/limits.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "oci/cpu_list.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <utility>

namespace slipway::sandbox {

namespace {

struct LimitRow {
    std::string_view name;
    int number;
};

constexpr std::array limit_rows{
    LimitRow{"RLIMIT_AS", RLIMIT_AS},
    LimitRow{"RLIMIT_CORE", RLIMIT_CORE},
    LimitRow{"RLIMIT_CPU", RLIMIT_CPU},
    LimitRow{"RLIMIT_DATA", RLIMIT_DATA},
    LimitRow{"RLIMIT_FSIZE", RLIMIT_FSIZE},
    LimitRow{"RLIMIT_LOCKS", RLIMIT_LOCKS},
    LimitRow{"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    LimitRow{"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
    LimitRow{"RLIMIT_NICE", RLIMIT_NICE},
    LimitRow{"RLIMIT_NOFILE", RLIMIT_NOFILE},
    LimitRow{"RLIMIT_NPROC", RLIMIT_NPROC},
    LimitRow{"RLIMIT_RSS", RLIMIT_RSS},
    LimitRow{"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
    LimitRow{"RLIMIT_RTTIME", RLIMIT_RTTIME},
    LimitRow{"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    LimitRow{"RLIMIT_STACK", RLIMIT_STACK},
};

int number_of(const std::string& name)
{
    for (const LimitRow& row : limit_rows)
        if (row.name == name)
            return row.number;
    throw Failure{ErrorCode::invalid_argument, "process.rlimits: unknown limit " + name};
}

void apply(int number, const rlimit& limit, const std::string& name)
{
    check(::prlimit(0, static_cast<__rlimit_resource>(number), &limit, nullptr), "set process.rlimits", name);
}

// sched_setattr(2); the C library has no wrapper before 2.41.
struct SchedulerAttributes {
    std::uint32_t size = sizeof(SchedulerAttributes);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

std::uint32_t policy_number(oci::SchedulerPolicy policy)
{
    switch (policy) {
    case oci::SchedulerPolicy::other:
        return SCHED_OTHER;
    case oci::SchedulerPolicy::fifo:
        return SCHED_FIFO;
    case oci::SchedulerPolicy::rr:
        return SCHED_RR;
    case oci::SchedulerPolicy::batch:
        return SCHED_BATCH;
    case oci::SchedulerPolicy::idle:
        return SCHED_IDLE;
    case oci::SchedulerPolicy::deadline:
        return 6; // SCHED_DEADLINE
    }
    return SCHED_OTHER;
}

void set_scheduler(const oci::Scheduler& wish)
{
    SchedulerAttributes attributes;
    attributes.policy = policy_number(wish.policy);
    // The flags are the bits in the order of the enumeration (include/uapi/linux/sched.h).
    for (const oci::SchedulerFlag flag : wish.flags)
        attributes.flags |= std::uint64_t{1} << static_cast<unsigned>(flag);
    attributes.nice = wish.nice.value_or(0);
    attributes.priority = static_cast<std::uint32_t>(wish.priority.value_or(0));
    attributes.runtime = wish.runtime.value_or(0);
    attributes.deadline = wish.deadline.value_or(0);
    attributes.period = wish.period.value_or(0);
    check(::syscall(SYS_sched_setattr, 0, &attributes, 0), "set process.scheduler");
}

void set_io_priority(const oci::IoPriority& wish)
{
    const int io_class = wish.io_class == oci::IoPriorityClass::realtime      ? IOPRIO_CLASS_RT
                         : wish.io_class == oci::IoPriorityClass::best_effort ? IOPRIO_CLASS_BE
                                                                              : IOPRIO_CLASS_IDLE;
    const int value = io_class << IOPRIO_CLASS_SHIFT | wish.priority;
    check(::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, value), "set process.ioPriority");
}

} // namespace

void raise_limits(const oci::Process& process, const Fd& proc)
{
    for (const oci::Rlimit& wish : process.rlimits) {
        const int number = number_of(wish.type);
        rlimit limit{};
        check(::prlimit(0, static_cast<__rlimit_resource>(number), nullptr, &limit), "read a limit",
              wish.type);
        if (limit.rlim_max >= wish.hard)
            continue;
        const rlim_t own = std::exchange(limit.rlim_max, wish.hard);
        if (::prlimit(0, static_cast<__rlimit_resource>(number), &limit, nullptr) < 0)
            throw errno == EPERM
                ? Failure{ErrorCode::access_denied,
                          "process.rlimits: " + wish.type + ": only root may raise the hard limit from " +
                              std::to_string(own) + " to " + std::to_string(wish.hard)}
                : errno_failure(errno, "set process.rlimits", wish.type);
    }
    if (process.oom_score_adj) {
        const Fd file{check(::openat(proc.number(), "self/oom_score_adj", O_WRONLY | O_CLOEXEC), "open",
                            "/proc/self/oom_score_adj")};
        const std::string value = std::to_string(*process.oom_score_adj);
        if (::write(file.number(), value.data(), value.size()) < 0)
            throw errno == EACCES
                ? Failure{ErrorCode::access_denied,
                          "process.oomScoreAdj: only root may go below its own value, to " + value}
                : errno_failure(errno, "set process.oomScoreAdj");
    }
}

void take_limits(const oci::Process& process, const oci::Linux& settings)
{
    for (const oci::Rlimit& wish : process.rlimits)
        apply(number_of(wish.type), {wish.soft, wish.hard}, wish.type);
    if (process.scheduler)
        set_scheduler(*process.scheduler);
    if (process.io_priority)
        set_io_priority(*process.io_priority);
    if (settings.personality)
        check(::personality(settings.personality->domain == oci::PersonalityDomain::linux32 ? PER_LINUX32
                                                                                            : PER_LINUX),
              "set linux.personality");
}

void take_affinity(const std::string& list)
{
    if (list.empty())
        return;
    const std::vector<unsigned> processors = oci::parse_cpu_list(list).value();
    const std::size_t most = *std::max_element(processors.begin(), processors.end()) + std::size_t{1};
    cpu_set_t* const set = CPU_ALLOC(most);
    CPU_ZERO_S(CPU_ALLOC_SIZE(most), set);
    for (const unsigned processor : processors)
        CPU_SET_S(processor, CPU_ALLOC_SIZE(most), set);
    const int result = ::sched_setaffinity(0, CPU_ALLOC_SIZE(most), set);
    CPU_FREE(set);
    check(result, "set process.execCPUAffinity");
}

} // namespace slipway::sandbox
