// SPDX-License-Identifier: LGPL-2.1-or-later
// The specification's words for the enumerations of a runtime configuration.
#pragma once

#include "oci/json_description.hpp"
#include "oci/runtime_config.hpp"

#include <array>

namespace slipway::oci {

template <>
struct Names<NamespaceType> {
    static constexpr std::string_view what = "namespace";
    static constexpr std::array rows{
        NameRow{NamespaceType::pid, "pid"},       NameRow{NamespaceType::network, "network"},
        NameRow{NamespaceType::mount, "mount"},   NameRow{NamespaceType::ipc, "ipc"},
        NameRow{NamespaceType::uts, "uts"},       NameRow{NamespaceType::user, "user"},
        NameRow{NamespaceType::cgroup, "cgroup"}, NameRow{NamespaceType::time, "time"},
    };
};

template <>
struct Names<DeviceType> {
    static constexpr std::string_view what = "device type";
    // "u" is an old word for "c".
    static constexpr std::array rows{NameRow{DeviceType::character, "c"}, NameRow{DeviceType::character, "u"},
                                     NameRow{DeviceType::block, "b"}, NameRow{DeviceType::fifo, "p"}};
};

template <>
struct Names<DeviceRuleType> {
    static constexpr std::string_view what = "device type";
    static constexpr std::array rows{
        NameRow{DeviceRuleType::all, "a"},       NameRow{DeviceRuleType::all, ""},
        NameRow{DeviceRuleType::character, "c"}, NameRow{DeviceRuleType::character, "u"},
        NameRow{DeviceRuleType::block, "b"},
    };
};

template <>
struct Names<SchedulerPolicy> {
    static constexpr std::string_view what = "scheduling policy";
    static constexpr std::array rows{
        NameRow{SchedulerPolicy::other, "SCHED_OTHER"}, NameRow{SchedulerPolicy::fifo, "SCHED_FIFO"},
        NameRow{SchedulerPolicy::rr, "SCHED_RR"},       NameRow{SchedulerPolicy::batch, "SCHED_BATCH"},
        NameRow{SchedulerPolicy::idle, "SCHED_IDLE"},   NameRow{SchedulerPolicy::deadline, "SCHED_DEADLINE"},
    };
};

template <>
struct Names<SchedulerFlag> {
    static constexpr std::string_view what = "scheduling flag";
    static constexpr std::array rows{
        NameRow{SchedulerFlag::reset_on_fork, "SCHED_FLAG_RESET_ON_FORK"},
        NameRow{SchedulerFlag::reclaim, "SCHED_FLAG_RECLAIM"},
        NameRow{SchedulerFlag::dl_overrun, "SCHED_FLAG_DL_OVERRUN"},
        NameRow{SchedulerFlag::keep_policy, "SCHED_FLAG_KEEP_POLICY"},
        NameRow{SchedulerFlag::keep_params, "SCHED_FLAG_KEEP_PARAMS"},
        NameRow{SchedulerFlag::util_clamp_min, "SCHED_FLAG_UTIL_CLAMP_MIN"},
        NameRow{SchedulerFlag::util_clamp_max, "SCHED_FLAG_UTIL_CLAMP_MAX"},
    };
};

template <>
struct Names<IoPriorityClass> {
    static constexpr std::string_view what = "I/O priority class";
    static constexpr std::array rows{NameRow{IoPriorityClass::realtime, "IOPRIO_CLASS_RT"},
                                     NameRow{IoPriorityClass::best_effort, "IOPRIO_CLASS_BE"},
                                     NameRow{IoPriorityClass::idle, "IOPRIO_CLASS_IDLE"}};
};

template <>
struct Names<PersonalityDomain> {
    static constexpr std::string_view what = "personality";
    static constexpr std::array rows{NameRow{PersonalityDomain::linux, "LINUX"},
                                     NameRow{PersonalityDomain::linux32, "LINUX32"}};
};

template <>
struct Names<SeccompAction> {
    static constexpr std::string_view what = "action";
    static constexpr std::array rows{
        NameRow{SeccompAction::kill_thread, "SCMP_ACT_KILL"},
        NameRow{SeccompAction::kill_thread, "SCMP_ACT_KILL_THREAD"},
        NameRow{SeccompAction::kill_process, "SCMP_ACT_KILL_PROCESS"},
        NameRow{SeccompAction::trap, "SCMP_ACT_TRAP"},
        NameRow{SeccompAction::error, "SCMP_ACT_ERRNO"},
        NameRow{SeccompAction::trace, "SCMP_ACT_TRACE"},
        NameRow{SeccompAction::allow, "SCMP_ACT_ALLOW"},
        NameRow{SeccompAction::log, "SCMP_ACT_LOG"},
        NameRow{SeccompAction::notify, "SCMP_ACT_NOTIFY"},
    };
};

template <>
struct Names<SeccompOperator> {
    static constexpr std::string_view what = "operator";
    static constexpr std::array rows{
        NameRow{SeccompOperator::not_equal, "SCMP_CMP_NE"},
        NameRow{SeccompOperator::less, "SCMP_CMP_LT"},
        NameRow{SeccompOperator::less_equal, "SCMP_CMP_LE"},
        NameRow{SeccompOperator::equal, "SCMP_CMP_EQ"},
        NameRow{SeccompOperator::greater_equal, "SCMP_CMP_GE"},
        NameRow{SeccompOperator::greater, "SCMP_CMP_GT"},
        NameRow{SeccompOperator::masked_equal, "SCMP_CMP_MASKED_EQ"},
    };
};

template <>
struct Names<SeccompFlag> {
    static constexpr std::string_view what = "flag";
    static constexpr std::array rows{
        NameRow{SeccompFlag::tsync, "SECCOMP_FILTER_FLAG_TSYNC"},
        NameRow{SeccompFlag::log, "SECCOMP_FILTER_FLAG_LOG"},
        NameRow{SeccompFlag::spec_allow, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"},
        NameRow{SeccompFlag::wait_killable, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"},
    };
};

} // namespace slipway::oci
