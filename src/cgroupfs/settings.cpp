// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings of the unified hierarchy.
#include "cgroupfs/settings.hpp"

#include <algorithm>
#include <array>

namespace slipway::cgroupfs {

namespace {

std::string number_or_max(std::int64_t number)
{
    return number < 0 ? "max" : std::to_string(number);
}

class Settings {
  public:
    void add(const std::string& file, std::string value, const std::string& member)
    {
        const std::size_t dot = file.find('.');
        std::string controller = file.substr(0, dot);
        if (controller == "cgroup")
            controller.clear();
        list_.push_back({std::move(controller), file, std::move(value), resources_path + member});
    }
    std::vector<Setting> take() { return std::move(list_); }

  private:
    std::vector<Setting> list_;
};

void add_memory(Settings& settings, const oci::MemoryLimits& limits)
{
    const std::int64_t limit = limits.limit.value_or(0);
    if (limits.swap && *limits.swap != 0)
        settings.add("memory.swap.max",
                     limit > 0 && *limits.swap > 0 ? std::to_string(*limits.swap - limit)
                                                   : number_or_max(*limits.swap),
                     "memory.swap");
    if (limit != 0)
        settings.add("memory.max", number_or_max(limit), "memory.limit");
    if (limits.reservation && *limits.reservation != 0)
        settings.add("memory.low", number_or_max(*limits.reservation), "memory.reservation");
}

void add_cpu(Settings& settings, const oci::CpuLimits& limits)
{
    // 2 to 262144 shares are weights of 1 to 10000.
    if (limits.shares && *limits.shares != 0)
        settings.add("cpu.weight", std::to_string(1 + (*limits.shares - 2) * 9999 / 262142), "cpu.shares");
    if (limits.idle)
        settings.add("cpu.idle", std::to_string(*limits.idle), "cpu.idle");
    if (limits.quota.value_or(0) != 0 || limits.period.value_or(0) != 0) {
        constexpr std::uint64_t default_period = 100000;
        const std::int64_t quota = limits.quota.value_or(0);
        const std::uint64_t period = limits.period.value_or(0) == 0 ? default_period : *limits.period;
        settings.add("cpu.max", (quota <= 0 ? "max" : std::to_string(quota)) + " " + std::to_string(period),
                     "cpu.quota");
    }
    if (limits.burst)
        settings.add("cpu.max.burst", std::to_string(*limits.burst), "cpu.burst");
    if (!limits.cpus.empty())
        settings.add("cpuset.cpus", limits.cpus, "cpu.cpus");
    if (!limits.mems.empty())
        settings.add("cpuset.mems", limits.mems, "cpu.mems");
}

void add_block_io(Settings& settings, const oci::BlockIoLimits& limits)
{
    // 10 to 1000 are weights of 1 to 10000.
    const auto weight = [](unsigned old) { return std::to_string(1 + (old - 10) * 9999 / 990); };
    if (limits.weight.value_or(0) != 0)
        settings.add("io.weight", "default " + weight(*limits.weight), "blockIO.weight");
    for (const oci::WeightDevice& row : limits.weight_device)
        if (row.weight.value_or(0) != 0)
            settings.add("io.weight", device_key(row.major, row.minor) + weight(*row.weight),
                         "blockIO.weightDevice");
    struct Throttle {
        const std::vector<oci::ThrottleDevice>& rows;
        const char* key;
        const char* member;
    };
    const std::array throttles{
        Throttle{limits.throttle_read_bps_device, "rbps", "blockIO.throttleReadBpsDevice"},
        Throttle{limits.throttle_write_bps_device, "wbps", "blockIO.throttleWriteBpsDevice"},
        Throttle{limits.throttle_read_iops_device, "riops", "blockIO.throttleReadIOPSDevice"},
        Throttle{limits.throttle_write_iops_device, "wiops", "blockIO.throttleWriteIOPSDevice"}};
    for (const Throttle& throttle : throttles)
        for (const oci::ThrottleDevice& row : throttle.rows)
            settings.add("io.max",
                         device_key(row.major, row.minor) + throttle.key + "=" +
                             (row.rate == 0 ? "max" : std::to_string(row.rate)),
                         throttle.member);
}

} // namespace

std::string device_key(std::int64_t major, std::int64_t minor)
{
    return std::to_string(major) + ":" + std::to_string(minor) + " ";
}

std::vector<Setting> settings_of(const oci::Resources& resources)
{
    Settings settings;
    if (resources.memory)
        add_memory(settings, *resources.memory);
    if (resources.cpu)
        add_cpu(settings, *resources.cpu);
    if (resources.pids && resources.pids->limit && *resources.pids->limit != 0)
        settings.add("pids.max", number_or_max(*resources.pids->limit), "pids.limit");
    if (resources.block_io)
        add_block_io(settings, *resources.block_io);
    for (const oci::HugepageLimit& limit : resources.hugepage_limits)
        settings.add("hugetlb." + limit.page_size + ".max", std::to_string(limit.limit), "hugepageLimits");
    for (const auto& [name, limits] : resources.rdma) {
        std::string value = name;
        if (limits.hca_handles)
            value += " hca_handle=" + std::to_string(*limits.hca_handles);
        if (limits.hca_objects)
            value += " hca_object=" + std::to_string(*limits.hca_objects);
        settings.add("rdma.max", value, "rdma." + name);
    }
    for (const auto& [file, value] : resources.unified)
        settings.add(file, value, "unified." + file);
    return settings.take();
}

std::vector<oci::DeviceRule> complete_rules(const std::vector<oci::DeviceRule>& rules)
{
    if (rules.empty())
        return {};
    struct Row {
        oci::DeviceRuleType type;
        std::int64_t major;
        std::int64_t minor;
        const char* access;
    };
    using oci::DeviceRuleType;
    static constexpr std::array rows{
        Row{DeviceRuleType::character, -1, -1, "m"}, Row{DeviceRuleType::block, -1, -1, "m"},
        Row{DeviceRuleType::character, 1, 3, "rwm"}, Row{DeviceRuleType::character, 1, 5, "rwm"},
        Row{DeviceRuleType::character, 1, 7, "rwm"}, Row{DeviceRuleType::character, 1, 8, "rwm"},
        Row{DeviceRuleType::character, 1, 9, "rwm"}, Row{DeviceRuleType::character, 5, 0, "rwm"},
        Row{DeviceRuleType::character, 5, 2, "rwm"}, Row{DeviceRuleType::character, 136, -1, "rwm"}};
    std::vector<oci::DeviceRule> all = rules;
    for (const Row& row : rows)
        all.push_back({true, row.type, row.major, row.minor, row.access});
    return all;
}

std::vector<kernel::DeviceAccess> device_accesses(const std::vector<oci::DeviceRule>& rules)
{
    std::vector<kernel::DeviceAccess> accesses;
    for (const oci::DeviceRule& rule : rules) {
        kernel::DeviceAccess access;
        access.is_allowed = rule.allow;
        const oci::DeviceRuleType type = rule.type.value_or(oci::DeviceRuleType::all);
        if (type != oci::DeviceRuleType::all)
            access.kind = type == oci::DeviceRuleType::block ? kernel::DeviceKind::block
                                                             : kernel::DeviceKind::character;
        if (rule.major.value_or(-1) >= 0)
            access.major = static_cast<std::uint32_t>(*rule.major);
        if (rule.minor.value_or(-1) >= 0)
            access.minor = static_cast<std::uint32_t>(*rule.minor);
        for (const char letter : rule.access.empty() ? std::string{"rwm"} : rule.access)
            access.access |= letter == 'r'   ? BPF_DEVCG_ACC_READ
                             : letter == 'w' ? BPF_DEVCG_ACC_WRITE
                                             : BPF_DEVCG_ACC_MKNOD;
        accesses.push_back(access);
    }
    return accesses;
}

} // namespace slipway::cgroupfs
