// SPDX-License-Identifier: LGPL-2.1-or-later
// OldSettings of the old hierarchies.
#include "cgroupfs/settings.hpp"

#include <array>

namespace slipway::cgroupfs {

namespace {

class OldSettings {
  public:
    void add(const std::string& file, std::string value, const std::string& member)
    {
        list_.push_back({file.substr(0, file.find('.')), file, std::move(value), resources_path + member});
    }
    template <typename Number>
    void add_number(const std::string& file, const std::optional<Number>& number, const std::string& member)
    {
        if (number && *number != 0)
            add(file, std::to_string(*number), member);
    }
    std::vector<Setting> take() { return std::move(list_); }

  private:
    std::vector<Setting> list_;
};

void add_old_memory(OldSettings& settings, const oci::MemoryLimits& limits)
{
    if (limits.use_hierarchy.value_or(false))
        settings.add("memory.use_hierarchy", "1", "memory.useHierarchy");
    settings.add_number("memory.limit_in_bytes", limits.limit, "memory.limit");
    settings.add_number("memory.soft_limit_in_bytes", limits.reservation, "memory.reservation");
    settings.add_number("memory.memsw.limit_in_bytes", limits.swap, "memory.swap");
    settings.add_number("memory.kmem.tcp.limit_in_bytes", limits.kernel_tcp, "memory.kernelTCP");
    if (limits.swappiness)
        settings.add("memory.swappiness", std::to_string(*limits.swappiness), "memory.swappiness");
    if (limits.disable_oom_killer.value_or(false))
        settings.add("memory.oom_control", "1", "memory.disableOOMKiller");
}

void add_old_cpu(OldSettings& settings, const oci::CpuLimits& limits)
{
    settings.add_number("cpu.shares", limits.shares, "cpu.shares");
    settings.add_number("cpu.cfs_period_us", limits.period, "cpu.period");
    settings.add_number("cpu.cfs_quota_us", limits.quota, "cpu.quota");
    settings.add_number("cpu.cfs_burst_us", limits.burst, "cpu.burst");
    settings.add_number("cpu.rt_period_us", limits.realtime_period, "cpu.realtimePeriod");
    settings.add_number("cpu.rt_runtime_us", limits.realtime_runtime, "cpu.realtimeRuntime");
    settings.add_number("cpu.idle", limits.idle, "cpu.idle");
    if (!limits.cpus.empty())
        settings.add("cpuset.cpus", limits.cpus, "cpu.cpus");
    if (!limits.mems.empty())
        settings.add("cpuset.mems", limits.mems, "cpu.mems");
}

void add_old_block_io(OldSettings& settings, const oci::BlockIoLimits& limits)
{
    settings.add_number("blkio.weight", limits.weight, "blockIO.weight");
    settings.add_number("blkio.leaf_weight", limits.leaf_weight, "blockIO.leafWeight");
    for (const oci::WeightDevice& row : limits.weight_device) {
        if (row.weight.value_or(0) != 0)
            settings.add("blkio.weight_device",
                         device_key(row.major, row.minor) + std::to_string(*row.weight),
                         "blockIO.weightDevice");
        if (row.leaf_weight.value_or(0) != 0)
            settings.add("blkio.leaf_weight_device",
                         device_key(row.major, row.minor) + std::to_string(*row.leaf_weight),
                         "blockIO.weightDevice");
    }
    struct Throttle {
        const std::vector<oci::ThrottleDevice>& rows;
        const char* file;
        const char* member;
    };
    const std::array throttles{
        Throttle{limits.throttle_read_bps_device, "read_bps", "blockIO.throttleReadBpsDevice"},
        Throttle{limits.throttle_write_bps_device, "write_bps", "blockIO.throttleWriteBpsDevice"},
        Throttle{limits.throttle_read_iops_device, "read_iops", "blockIO.throttleReadIOPSDevice"},
        Throttle{limits.throttle_write_iops_device, "write_iops", "blockIO.throttleWriteIOPSDevice"}};
    for (const Throttle& throttle : throttles)
        for (const oci::ThrottleDevice& row : throttle.rows)
            settings.add(std::string{"blkio.throttle."} + throttle.file + "_device",
                         device_key(row.major, row.minor) + std::to_string(row.rate), throttle.member);
}

std::string number_or_star(const std::optional<std::int64_t>& number)
{
    return number.value_or(-1) < 0 ? "*" : std::to_string(*number);
}

void add_devices(OldSettings& settings, const std::vector<oci::DeviceRule>& rules)
{
    for (const oci::DeviceRule& rule : rules) {
        const char* const file = rule.allow ? "devices.allow" : "devices.deny";
        const oci::DeviceRuleType type = rule.type.value_or(oci::DeviceRuleType::all);
        const std::string access = rule.access.empty() ? "rwm" : rule.access;
        const std::string numbers =
            " " + number_or_star(rule.major) + ":" + number_or_star(rule.minor) + " " + access;
        if (type == oci::DeviceRuleType::all && numbers == " *:* rwm") {
            settings.add(file, "a", "devices");
        } else {
            if (type != oci::DeviceRuleType::character)
                settings.add(file, "b" + numbers, "devices");
            if (type != oci::DeviceRuleType::block)
                settings.add(file, "c" + numbers, "devices");
        }
    }
}

} // namespace

std::vector<Setting> old_settings_of(const oci::Resources& resources)
{
    OldSettings settings;
    add_devices(settings, complete_rules(resources.devices));
    if (resources.memory)
        add_old_memory(settings, *resources.memory);
    if (resources.cpu)
        add_old_cpu(settings, *resources.cpu);
    if (resources.pids && resources.pids->limit && *resources.pids->limit != 0)
        settings.add("pids.max", *resources.pids->limit < 0 ? "max" : std::to_string(*resources.pids->limit),
                     "pids.limit");
    if (resources.block_io)
        add_old_block_io(settings, *resources.block_io);
    for (const oci::HugepageLimit& limit : resources.hugepage_limits)
        settings.add("hugetlb." + limit.page_size + ".limit_in_bytes", std::to_string(limit.limit),
                     "hugepageLimits");
    if (resources.network) {
        settings.add_number("net_cls.classid", resources.network->class_id, "network.classID");
        for (const oci::InterfacePriority& row : resources.network->priorities)
            settings.add("net_prio.ifpriomap", row.name + " " + std::to_string(row.priority),
                         "network.priorities");
    }
    for (const auto& [name, limits] : resources.rdma) {
        std::string value = name;
        if (limits.hca_handles)
            value += " hca_handle=" + std::to_string(*limits.hca_handles);
        if (limits.hca_objects)
            value += " hca_object=" + std::to_string(*limits.hca_objects);
        settings.add("rdma.max", value, "rdma." + name);
    }
    return settings.take();
}

} // namespace slipway::cgroupfs
