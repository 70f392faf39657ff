// SPDX-License-Identifier: LGPL-2.1-or-later
// linux.resources of the OCI runtime configuration (config-linux.md, "Control groups"): limits of a cgroup.
//
// Members carry the specification's names in snake_case. Sizes are bytes, times microseconds; -1 is "no
// limit" where the specification says so.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

enum class DeviceRuleType { all, character, block };

struct DeviceRule {
    bool allow = false;
    std::optional<DeviceRuleType> type; // absent: all
    std::optional<std::int64_t> major;  // absent, -1: any
    std::optional<std::int64_t> minor;
    std::string access; // of "rwm"; empty: all of them
};

struct MemoryLimits {
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> reservation;
    std::optional<std::int64_t> swap; // memory and swap together
    std::optional<std::int64_t> kernel;
    std::optional<std::int64_t> kernel_tcp;
    std::optional<std::uint64_t> swappiness; // 0 to 100
    std::optional<bool> disable_oom_killer;
    std::optional<bool> use_hierarchy;
    std::optional<bool> check_before_update;
};

struct CpuLimits {
    std::optional<std::uint64_t> shares;
    std::optional<std::int64_t> quota;
    std::optional<std::uint64_t> burst;
    std::optional<std::uint64_t> period;
    std::optional<std::int64_t> realtime_runtime;
    std::optional<std::uint64_t> realtime_period;
    std::string cpus; // "0-2,7" (cpuset(7), "List format")
    std::string mems;
    std::optional<std::int64_t> idle;
};

struct PidsLimits {
    std::optional<std::int64_t> limit; // 0 and less: none
};

struct WeightDevice {
    std::int64_t major = 0;
    std::int64_t minor = 0;
    std::optional<std::uint16_t> weight;
    std::optional<std::uint16_t> leaf_weight;
};

struct ThrottleDevice {
    std::int64_t major = 0;
    std::int64_t minor = 0;
    std::uint64_t rate = 0; // bytes or operations a second
};

struct BlockIoLimits {
    std::optional<std::uint16_t> weight; // 10 to 1000
    std::optional<std::uint16_t> leaf_weight;
    std::vector<WeightDevice> weight_device;
    std::vector<ThrottleDevice> throttle_read_bps_device;
    std::vector<ThrottleDevice> throttle_write_bps_device;
    std::vector<ThrottleDevice> throttle_read_iops_device;
    std::vector<ThrottleDevice> throttle_write_iops_device;
};

struct HugepageLimit {
    std::string page_size; // "2MB"
    std::uint64_t limit = 0;
};

struct InterfacePriority {
    std::string name;
    std::uint32_t priority = 0;
};

struct NetworkLimits {
    std::optional<std::uint32_t> class_id;
    std::vector<InterfacePriority> priorities;
};

struct RdmaLimits {
    std::optional<std::uint32_t> hca_handles;
    std::optional<std::uint32_t> hca_objects;
};

struct Resources {
    std::vector<DeviceRule> devices; // a later one overrides
    std::optional<MemoryLimits> memory;
    std::optional<CpuLimits> cpu;
    std::optional<PidsLimits> pids;
    std::optional<BlockIoLimits> block_io;
    std::vector<HugepageLimit> hugepage_limits;
    std::optional<NetworkLimits> network;
    std::map<std::string, RdmaLimits> rdma;     // by device
    std::map<std::string, std::string> unified; // files of cgroup v2 by name
};

// Refuses as parse_runtime_config() does; the paths begin with "linux.resources".
Result<Resources> parse_resources(std::string_view json);

} // namespace slipway::oci
