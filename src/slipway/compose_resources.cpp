// SPDX-License-Identifier: LGPL-2.1-or-later
// What a Compose service may use, as limits of a scope (systemd.resource-control(5)).
#include "slipway/compose_group.hpp"

#include <algorithm>
#include <cmath>

namespace slipway::cli {

std::vector<std::string> apply_resources(const compose::Resources& resources,
                                         client::ContainerSettings& settings)
{
    std::vector<std::string> unheeded;
    const auto limit = [&settings](const char* property, std::uint64_t value) {
        settings.limits[property] = value;
    };
    const auto tell = [&unheeded](bool is_there, const char* key) {
        if (is_there)
            unheeded.emplace_back(key);
    };
    constexpr double usec_per_second = 1e6;
    if (resources.cpus)
        limit("CPUQuotaPerSecUSec",
              static_cast<std::uint64_t>(std::llround(*resources.cpus * usec_per_second)));
    else if (resources.cpu_quota)
        limit(
            "CPUQuotaPerSecUSec",
            static_cast<std::uint64_t>(std::llround(
                static_cast<double>(resources.cpu_quota->count()) * usec_per_second /
                static_cast<double>(resources.cpu_period.value_or(std::chrono::milliseconds{100}).count()))));
    if (resources.cpu_shares) // docker's 1024 is systemd's 100
        limit("CPUWeight", std::clamp<std::uint64_t>(*resources.cpu_shares * 100 / 1024, 1, 10000));
    if (resources.memory)
        limit("MemoryMax", *resources.memory);
    if (resources.reserved_memory)
        limit("MemoryLow", *resources.reserved_memory);
    if (resources.memory_and_swap && resources.memory)
        limit("MemorySwapMax",
              *resources.memory_and_swap < 0
                  ? UINT64_MAX
                  : static_cast<std::uint64_t>(*resources.memory_and_swap) - *resources.memory);
    if (resources.pids)
        limit("TasksMax", *resources.pids < 0 ? UINT64_MAX : static_cast<std::uint64_t>(*resources.pids));
    settings.shm_size = resources.shm_size;
    if (resources.oom_score)
        settings.oom_score_adjust = std::to_string(*resources.oom_score);
    for (const auto& [name, ulimit] : resources.ulimits)
        settings.ulimits.push_back(name + "=" + std::to_string(ulimit.soft) + ":" +
                                   std::to_string(ulimit.hard));
    tell(resources.reserved_cpus.has_value(), "deploy.resources.reservations.cpus");
    tell(!resources.cpuset.empty(), "cpuset");
    tell(resources.cpu_realtime_runtime || resources.cpu_realtime_period, "cpu_rt_runtime");
    tell(resources.swappiness.has_value(), "mem_swappiness");
    tell(resources.is_oom_kill_disabled, "oom_kill_disable");
    tell(resources.blocks != compose::BlockLimits{}, "blkio_config");
    tell(!resources.devices.empty(), "gpus");
    return unheeded;
}

} // namespace slipway::cli
