// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits: a file of the unified hierarchy each; of the old ones, what they have that means the same.
#include "placement/cgroup_limits.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::placement {

namespace {

constexpr std::uint64_t cpu_period_usec = 100'000;
constexpr std::uint64_t usec_in_a_second = 1'000'000;
constexpr std::uint64_t least_quota_usec = 1000; // of the kernel's

std::string number_or_max(std::uint64_t value)
{
    return value == UINT64_MAX ? "max" : std::to_string(value);
}

std::uint64_t quota_of(std::uint64_t usec_per_second)
{
    return std::max(usec_per_second * cpu_period_usec / usec_in_a_second, least_quota_usec);
}

std::pair<std::string, std::string> unified_setting(const std::string& name, std::uint64_t value)
{
    if (name == "MemoryMax")
        return {"memory.max", number_or_max(value)};
    if (name == "MemoryHigh")
        return {"memory.high", number_or_max(value)};
    if (name == "MemoryLow")
        return {"memory.low", number_or_max(value)};
    if (name == "MemoryMin")
        return {"memory.min", number_or_max(value)};
    if (name == "MemorySwapMax")
        return {"memory.swap.max", number_or_max(value)};
    if (name == "CPUWeight")
        return {"cpu.weight", std::to_string(value)};
    if (name == "CPUQuotaPerSecUSec")
        return {"cpu.max", (value == UINT64_MAX ? "max" : std::to_string(quota_of(value))) + " " +
                               std::to_string(cpu_period_usec)};
    if (name == "IOWeight")
        return {"io.weight", "default " + std::to_string(value)};
    if (name == "TasksMax")
        return {"pids.max", number_or_max(value)};
    throw Failure{ErrorCode::not_supported, "the limit " + name + " needs systemd"};
}

std::int64_t signed_or_none(std::uint64_t value)
{
    return value > INT64_MAX ? -1 : static_cast<std::int64_t>(value);
}

oci::MemoryLimits& memory_of(oci::Resources& resources)
{
    return resources.memory ? *resources.memory : resources.memory.emplace();
}

oci::CpuLimits& cpu_of(oci::Resources& resources)
{
    return resources.cpu ? *resources.cpu : resources.cpu.emplace();
}

void set_old(oci::Resources& resources, const std::string& name, std::uint64_t value)
{
    constexpr std::uint64_t usual_weight = 100;
    constexpr std::uint64_t usual_shares = 1024;
    constexpr std::uint64_t least_shares = 2;
    if (name == "MemoryMax")
        memory_of(resources).limit = signed_or_none(value);
    else if (name == "MemoryLow")
        memory_of(resources).reservation = signed_or_none(value);
    else if (name == "CPUWeight")
        cpu_of(resources).shares = std::max(value * usual_shares / usual_weight, least_shares);
    else if (name == "CPUQuotaPerSecUSec") {
        cpu_of(resources).quota = value == UINT64_MAX ? -1 : static_cast<std::int64_t>(quota_of(value));
        cpu_of(resources).period = cpu_period_usec;
    } else if (name == "IOWeight")
        resources.block_io.emplace().weight = static_cast<std::uint16_t>(10 + (value - 1) * 990 / 9999);
    else if (name == "TasksMax")
        resources.pids.emplace().limit = signed_or_none(value);
    else if (name != "MemorySwapMax")
        throw Failure{ErrorCode::not_supported,
                      "the limit " + name +
                          " needs the unified hierarchy of cgroups, which this host has not"};
}

} // namespace

oci::Resources cgroup_resources(const std::map<std::string, std::uint64_t>& limits, CgroupKind kind)
{
    oci::Resources resources;
    for (const auto& [name, value] : limits)
        if (kind == CgroupKind::unified)
            resources.unified.insert(unified_setting(name, value));
        else
            set_old(resources, name, value);
    // There it is the sum that is limited.
    const auto swap = limits.find("MemorySwapMax");
    if (kind == CgroupKind::unified || swap == limits.end())
        return resources;
    if (!resources.memory || resources.memory->limit.value_or(-1) < 0)
        throw Failure{
            ErrorCode::not_supported,
            "the old hierarchies of cgroups limit swap with memory only: give MemoryMax (--memory) too"};
    resources.memory->swap = swap->second > INT64_MAX / 2
                                 ? -1
                                 : *resources.memory->limit + static_cast<std::int64_t>(swap->second);
    return resources;
}

std::vector<oci::DeviceRule> device_rules(const std::vector<std::string>& devices)
{
    std::vector<oci::DeviceRule> rules;
    if (devices.empty())
        return rules;
    rules.reserve(devices.size() + 1);
    rules.push_back({false, {}, {}, {}, "rwm"});
    for (const std::string& device : devices) {
        const std::size_t blank = device.rfind(' ');
        const std::string path = device.substr(0, blank);
        struct stat status {};
        check(::stat(path.c_str(), &status), "look at the device", path);
        rules.push_back(
            {true, S_ISBLK(status.st_mode) ? oci::DeviceRuleType::block : oci::DeviceRuleType::character,
             static_cast<std::int64_t>(major(status.st_rdev)),
             static_cast<std::int64_t>(minor(status.st_rdev)),
             blank == std::string::npos ? "rwm" : device.substr(blank + 1)});
    }
    return rules;
}

} // namespace slipway::placement
