// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of what limits a container.
#include "compose/read_parts.hpp"

#include <algorithm>

namespace slipway::compose::read {

namespace {

// A limit; -1 and "unlimited" are none.
std::int64_t ulimit_value(const Value& value)
{
    return text(value) == "unlimited" ? -1 : integer_between(value, -1, INT64_MAX);
}

std::vector<DeviceLimit> device_limits(const Value& value, std::string_view key,
                                       std::uint64_t (*amount_of)(const Value&))
{
    std::vector<DeviceLimit> limits;
    for (const Value& entry : value.entries()) {
        DeviceLimit limit;
        Fields fields{entry};
        fields.take("path", limit.path, word);
        fields.take(key, limit.value, amount_of);
        fields.finish();
        if (limit.path.empty() || !fields.find(key))
            fields.refuse("needs path and " + std::string{key});
        // Of one device the last.
        const auto same = std::ranges::find(limits, limit.path, &DeviceLimit::path);
        if (same == limits.end())
            limits.push_back(std::move(limit));
        else
            *same = std::move(limit);
        if (limits.size() > 1000)
            value.refuse("has more than 1000 entries");
    }
    return limits;
}

std::uint64_t block_weight(const Value& value)
{
    return static_cast<std::uint64_t>(integer_between(value, 10, 1000));
}

BlockLimits block_limits(const Value& value)
{
    BlockLimits limits;
    Fields fields{value};
    const auto rates = [](const Value& each) { return device_limits(each, "rate", bytes); };
    const auto operations = [](const Value& each) {
        return device_limits(each, "rate", integer<std::uint64_t>);
    };
    fields.take("weight", limits.weight,
                [](const Value& each) { return static_cast<std::uint16_t>(block_weight(each)); });
    fields.take("weight_device", limits.device_weights,
                [](const Value& each) { return device_limits(each, "weight", block_weight); });
    fields.take("device_read_bps", limits.read_bytes, rates);
    fields.take("device_read_iops", limits.read_operations, operations);
    fields.take("device_write_bps", limits.write_bytes, rates);
    fields.take("device_write_iops", limits.write_operations, operations);
    fields.finish();
    return limits;
}

DeviceRequest device_request(const Value& value)
{
    DeviceRequest request;
    Fields fields{value};
    fields.take("driver", request.driver, text);
    if (const std::optional<Value> count = fields.find("count"); count && text(*count) != "all")
        request.count = integer<std::uint32_t>(*count);
    fields.take("device_ids", request.ids, distinct_texts);
    fields.take("capabilities", request.capabilities, distinct_texts);
    fields.take("options", request.options, labels);
    fields.finish();
    if (request.count && !request.ids.empty())
        fields.refuse("has both count and device_ids");
    return request;
}

} // namespace

std::map<std::string, Ulimit> ulimits(const Value& value)
{
    std::map<std::string, Ulimit> result;
    for (const auto& [name, member] : value.members(Value::Keys::of_specification)) {
        Ulimit& limit = result[name];
        if (!member.node().is_mapping()) {
            limit.soft = limit.hard = ulimit_value(member);
            continue;
        }
        Fields fields{member};
        fields.take("soft", limit.soft, ulimit_value);
        fields.take("hard", limit.hard, ulimit_value);
        fields.finish();
        if (!fields.find("soft") || !fields.find("hard"))
            fields.refuse("needs both soft and hard");
        if (limit.hard != -1 && (limit.soft == -1 || limit.soft > limit.hard))
            fields.refuse("has a soft limit above the hard one");
    }
    return result;
}

std::vector<DeviceRequest> device_requests(const Value& value)
{
    std::vector<DeviceRequest> requests;
    for (const Value& entry : value.entries()) {
        requests.push_back(device_request(entry));
        if (requests.back().capabilities.empty())
            entry.refuse("has no capabilities, such as [gpu]");
    }
    return requests;
}

std::vector<DeviceRequest> gpus(const Value& value)
{
    std::vector<DeviceRequest> requests;
    if (!value.node().is_list()) {
        if (text(value) != "all")
            value.refuse("must be a list, or all");
        requests.emplace_back();
    } else {
        for (const Value& entry : value.entries())
            requests.push_back(device_request(entry));
    }
    for (DeviceRequest& request : requests)
        if (std::ranges::find(request.capabilities, "gpu") == request.capabilities.end())
            request.capabilities.emplace_back("gpu");
    return requests;
}

void take_resources(Fields& fields, Resources& resources)
{
    fields.take("cpus", resources.cpus, amount);
    fields.take("cpu_shares", resources.cpu_shares, integer<std::uint64_t>);
    fields.take("cpu_quota", resources.cpu_quota, microseconds);
    fields.take("cpu_period", resources.cpu_period, microseconds);
    fields.take("cpu_rt_runtime", resources.cpu_realtime_runtime, microseconds);
    fields.take("cpu_rt_period", resources.cpu_realtime_period, microseconds);
    fields.take("cpuset", resources.cpuset, text);
    fields.unheeded("cpu_count", "it is a limit of Windows; cpus is Linux's");
    fields.unheeded("cpu_percent", "it is a limit of Windows; cpus is Linux's");
    fields.take("mem_limit", resources.memory, bytes);
    fields.take("mem_reservation", resources.reserved_memory, bytes);
    fields.take("memswap_limit", resources.memory_and_swap, bytes_or_none);
    fields.take("mem_swappiness", resources.swappiness,
                [](const Value& value) { return static_cast<std::uint8_t>(integer_between(value, 0, 100)); });
    fields.take("pids_limit", resources.pids,
                [](const Value& value) { return integer_between(value, -1, INT64_MAX); });
    fields.take("oom_kill_disable", resources.is_oom_kill_disabled, flag);
    fields.take("oom_score_adj", resources.oom_score, [](const Value& value) {
        return static_cast<std::int16_t>(integer_between(value, -1000, 1000));
    });
    fields.take("shm_size", resources.shm_size, bytes);
    fields.take("ulimits", resources.ulimits, ulimits);
    fields.take("blkio_config", resources.blocks, block_limits);
    fields.take("gpus", resources.devices, gpus);
    // The specification: the setting is ignored.
    if (resources.memory_and_swap == 0)
        resources.memory_and_swap.reset();
}

} // namespace slipway::compose::read
