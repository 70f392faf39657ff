// SPDX-License-Identifier: LGPL-2.1-or-later
// The members of linux.resources by the specification's names (json_reader.hpp).
#pragma once

#include "oci/json_description.hpp"
#include "oci/resources.hpp"

namespace slipway::oci {

template <typename Members, Is<DeviceRule> Object>
void describe(Members& members, Object& object)
{
    members("allow", object.allow);
    members("type", object.type);
    members("major", object.major);
    members("minor", object.minor);
    members("access", object.access);
}

template <typename Members, Is<MemoryLimits> Object>
void describe(Members& members, Object& object)
{
    members("limit", object.limit);
    members("reservation", object.reservation);
    members("swap", object.swap);
    members("kernel", object.kernel);
    members("kernelTCP", object.kernel_tcp);
    members("swappiness", object.swappiness);
    members("disableOOMKiller", object.disable_oom_killer);
    members("useHierarchy", object.use_hierarchy);
    members("checkBeforeUpdate", object.check_before_update);
}

template <typename Members, Is<CpuLimits> Object>
void describe(Members& members, Object& object)
{
    members("shares", object.shares);
    members("quota", object.quota);
    members("burst", object.burst);
    members("period", object.period);
    members("realtimeRuntime", object.realtime_runtime);
    members("realtimePeriod", object.realtime_period);
    members("cpus", object.cpus);
    members("mems", object.mems);
    members("idle", object.idle);
}

template <typename Members, Is<PidsLimits> Object>
void describe(Members& members, Object& object)
{
    members("limit", object.limit);
}

template <typename Members, Is<WeightDevice> Object>
void describe(Members& members, Object& object)
{
    members("major", object.major);
    members("minor", object.minor);
    members("weight", object.weight);
    members("leafWeight", object.leaf_weight);
}

template <typename Members, Is<ThrottleDevice> Object>
void describe(Members& members, Object& object)
{
    members("major", object.major);
    members("minor", object.minor);
    members("rate", object.rate);
}

template <typename Members, Is<BlockIoLimits> Object>
void describe(Members& members, Object& object)
{
    members("weight", object.weight);
    members("leafWeight", object.leaf_weight);
    members("weightDevice", object.weight_device);
    members("throttleReadBpsDevice", object.throttle_read_bps_device);
    members("throttleWriteBpsDevice", object.throttle_write_bps_device);
    members("throttleReadIOPSDevice", object.throttle_read_iops_device);
    members("throttleWriteIOPSDevice", object.throttle_write_iops_device);
}

template <typename Members, Is<HugepageLimit> Object>
void describe(Members& members, Object& object)
{
    members("pageSize", object.page_size);
    members("limit", object.limit);
}

template <typename Members, Is<InterfacePriority> Object>
void describe(Members& members, Object& object)
{
    members("name", object.name);
    members("priority", object.priority);
}

template <typename Members, Is<NetworkLimits> Object>
void describe(Members& members, Object& object)
{
    members("classID", object.class_id);
    members("priorities", object.priorities);
}

template <typename Members, Is<RdmaLimits> Object>
void describe(Members& members, Object& object)
{
    members("hcaHandles", object.hca_handles);
    members("hcaObjects", object.hca_objects);
}

template <typename Members, Is<Resources> Object>
void describe(Members& members, Object& object)
{
    members("devices", object.devices);
    members("memory", object.memory);
    members("cpu", object.cpu);
    members("pids", object.pids);
    members("blockIO", object.block_io);
    members("hugepageLimits", object.hugepage_limits);
    members("network", object.network);
    members("rdma", object.rdma);
    members("unified", object.unified);
}

} // namespace slipway::oci
