// SPDX-License-Identifier: LGPL-2.1-or-later
// Resources and seccomp policies: ranges, and members that contradict each other.
#include "oci/runtime_checks.hpp"

#include <array>
#include <set>

namespace slipway::oci {

namespace {

constexpr std::int64_t unlimited = -1;

void require_limit(const std::optional<std::int64_t>& limit, const Place& here)
{
    if (limit && *limit < unlimited)
        here.refuse("must be a size, or -1 for no limit");
}

void require_weight(const std::optional<std::uint16_t>& weight, const Place& here)
{
    if (weight && *weight != 0 && (*weight < 10 || *weight > 1000))
        here.refuse("must be from 10 to 1000");
}

} // namespace

void check(const DeviceRule& rule, const Place& here)
{
    if (rule.access.find_first_not_of("rwm") != std::string::npos)
        here.member("access").refuse("is made of r, w and m");
    const auto check_number = [&here](const char* member, const std::optional<std::int64_t>& number) {
        if (number && (*number < -1 || *number > 0xFFFFFFFF))
            here.member(member).refuse("is out of range");
    };
    check_number("major", rule.major);
    check_number("minor", rule.minor);
}

void check(const MemoryLimits& limits, const Place& here)
{
    require_limit(limits.limit, here.member("limit"));
    require_limit(limits.reservation, here.member("reservation"));
    require_limit(limits.swap, here.member("swap"));
    require_limit(limits.kernel, here.member("kernel"));
    require_limit(limits.kernel_tcp, here.member("kernelTCP"));
    if (limits.swappiness && *limits.swappiness > 100)
        here.member("swappiness").refuse("must be from 0 to 100");
    if (limits.swap.value_or(0) > 0) {
        if (limits.limit.value_or(0) <= 0)
            here.member("swap").refuse("needs a limit, which it is to contain");
        if (*limits.swap < *limits.limit)
            here.member("swap").refuse("is memory and swap together, and must not be below limit");
    }
}

void check(const CpuLimits& limits, const Place& here)
{
    if (limits.shares && (*limits.shares == 1 || *limits.shares > 262144))
        here.member("shares").refuse("must be from 2 to 262144");
    if (limits.idle && (*limits.idle < 0 || *limits.idle > 1))
        here.member("idle").refuse("must be 0 or 1");
    if (limits.quota && *limits.quota < unlimited)
        here.member("quota").refuse("must be microseconds, or -1 for no limit");
    require_cpu_list(limits.cpus, here.member("cpus"));
    require_cpu_list(limits.mems, here.member("mems"));
}

void check(const WeightDevice& weight, const Place& here)
{
    require_weight(weight.weight, here.member("weight"));
    require_weight(weight.leaf_weight, here.member("leafWeight"));
}

void check(const BlockIoLimits& limits, const Place& here)
{
    require_weight(limits.weight, here.member("weight"));
    require_weight(limits.leaf_weight, here.member("leafWeight"));
}

void check(const HugepageLimit& limit, const Place& here)
{
    // "2MB", "1GB", "64KB": a file's name.
    const std::size_t unit = limit.page_size.find_first_not_of("0123456789");
    static const std::set<std::string, std::less<>> units{"KB", "MB", "GB"};
    if (unit == 0 || unit == std::string::npos || !units.contains(limit.page_size.substr(unit)))
        here.member("pageSize").refuse("is no size such as 2MB");
}

void check(const InterfacePriority& priority, const Place& here)
{
    if (priority.name.empty() || priority.name.find_first_of("/ \n\t") != std::string::npos)
        here.member("name").refuse("is no interface's name");
}

void check(const Resources& resources, const Place& here)
{
    for (const auto& [name, value] : resources.unified) {
        const Place place = here.member("unified").member(name);
        if (name.find('/') != std::string::npos)
            place.refuse("is no file of a cgroup");
        if (name.find('.') == std::string::npos)
            place.refuse("the specified key has not the form CONTROLLER.VALUE `" + name + "`");
    }
    for (const auto& [device, limits] : resources.rdma)
        if (device.empty() || device.find_first_of(" \n") != std::string::npos)
            here.member("rdma").refuse("has a name that is no device's");
}

void check(const SeccompArgument& argument, const Place& here)
{
    if (argument.index > 5)
        here.member("index").refuse("must be from 0 to 5");
}

void check(const SeccompRule& rule, const Place& here)
{
    if (rule.names.empty())
        here.member("names").refuse("must name a system call");
    if (rule.errno_ret && rule.action != SeccompAction::error && rule.action != SeccompAction::trace)
        here.member("errnoRet").refuse("is for SCMP_ACT_ERRNO and SCMP_ACT_TRACE");
    if (rule.errno_ret.value_or(0) > 4095)
        here.member("errnoRet").refuse("must be below 4096");
    // The kernel's answer to the descriptor's own sender would wait for its listener for ever.
    if (rule.action == SeccompAction::notify)
        for (const std::string& name : rule.names)
            if (name == "write" || name == "sendmsg")
                here.member("names").refuse(name +
                                            " cannot be notified of: the listener is handed over with it");
}

void check(const Seccomp& policy, const Place& here)
{
    static const std::set<std::string, std::less<>> known{
        "SCMP_ARCH_X86",     "SCMP_ARCH_X86_64",   "SCMP_ARCH_X32",         "SCMP_ARCH_ARM",
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",     "SCMP_ARCH_MIPS64",      "SCMP_ARCH_MIPS64N32",
        "SCMP_ARCH_MIPSEL",  "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC",
        "SCMP_ARCH_PPC64",   "SCMP_ARCH_PPC64LE",  "SCMP_ARCH_S390",        "SCMP_ARCH_S390X",
        "SCMP_ARCH_PARISC",  "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64",     "SCMP_ARCH_LOONGARCH64",
        "SCMP_ARCH_M68K",    "SCMP_ARCH_SH",       "SCMP_ARCH_SHEB"};
    for (std::size_t i = 0; i < policy.architectures.size(); ++i)
        if (!known.contains(policy.architectures[i]))
            here.member("architectures")
                .entry(i)
                .refuse("unknown architecture '" + policy.architectures[i] + "'");
    if (policy.default_action == SeccompAction::notify)
        here.member("defaultAction")
            .refuse("must not be SCMP_ACT_NOTIFY, since the listener itself needs calls");
    const bool is_of_errno =
        policy.default_action == SeccompAction::error || policy.default_action == SeccompAction::trace;
    if (policy.default_errno_ret && !is_of_errno)
        here.member("defaultErrnoRet").refuse("is for SCMP_ACT_ERRNO and SCMP_ACT_TRACE");
    for (std::size_t i = 0; i < policy.syscalls.size(); ++i)
        if (policy.syscalls[i].action == SeccompAction::notify && policy.listener_path.empty())
            here.member("syscalls").entry(i).member("action").refuse("needs a listenerPath");
    if (!policy.listener_metadata.empty() && policy.listener_path.empty())
        here.member("listenerMetadata").refuse("needs a listenerPath");
}

} // namespace slipway::oci
