// SPDX-License-Identifier: LGPL-2.1-or-later
// Resources: what a container may use, from a service's own keys and from deploy.resources, which are one
// here.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::compose {

// -1: none.
struct Ulimit {
    std::int64_t soft = 0;
    std::int64_t hard = 0;

    bool operator==(const Ulimit&) const = default;
};

// Of a device of the host, in bytes or operations a second, or as a weight.
struct DeviceLimit {
    std::string path;
    std::uint64_t value = 0;

    bool operator==(const DeviceLimit&) const = default;
};

struct BlockLimits {
    std::optional<std::uint16_t> weight; // 10 to 1000
    std::vector<DeviceLimit> device_weights;
    std::vector<DeviceLimit> read_bytes;
    std::vector<DeviceLimit> read_operations;
    std::vector<DeviceLimit> write_bytes;
    std::vector<DeviceLimit> write_operations;

    bool operator==(const BlockLimits&) const = default;
};

// gpus, and deploy.resources.reservations.devices.
struct DeviceRequest {
    std::string driver;                 // empty: any
    std::optional<std::uint32_t> count; // nothing: all, or those with ids
    std::vector<std::string> ids;
    std::vector<std::string> capabilities; // all of them: "gpu"
    std::map<std::string, std::string> options;

    bool operator==(const DeviceRequest&) const = default;
};

// What is not set is not limited.
struct Resources {
    std::optional<double> cpus; // processors' time: 0.5 is half of one
    std::optional<double> reserved_cpus;
    std::optional<std::uint64_t> cpu_shares;            // weight: 1024 is usual
    std::optional<std::chrono::microseconds> cpu_quota; // of each period
    std::optional<std::chrono::microseconds> cpu_period;
    std::optional<std::chrono::microseconds> cpu_realtime_runtime;
    std::optional<std::chrono::microseconds> cpu_realtime_period;
    std::string cpuset;                  // "0-3,6"
    std::optional<std::uint64_t> memory; // bytes
    std::optional<std::uint64_t> reserved_memory;
    // memswap_limit: bytes of memory and swap together; -1: as much as there is.
    std::optional<std::int64_t> memory_and_swap;
    std::optional<std::uint8_t> swappiness; // 0 to 100
    std::optional<std::int64_t> pids;       // -1: not limited
    bool is_oom_kill_disabled = false;
    std::optional<std::int16_t> oom_score; // oom_score_adj: -1000 to 1000
    std::optional<std::uint64_t> shm_size; // bytes
    std::map<std::string, Ulimit> ulimits; // by their names without RLIMIT_: "nofile"
    BlockLimits blocks;
    std::vector<DeviceRequest> devices;

    bool operator==(const Resources&) const = default;
};

} // namespace slipway::compose
