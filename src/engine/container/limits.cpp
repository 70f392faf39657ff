// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits: which there are; and update, which changes them.
#include "engine/container/limits.hpp"

#include "engine/container/lifecycle.hpp"

#include <algorithm>
#include <array>

namespace slipway::engine {

namespace {

struct LimitRow {
    std::string_view name;
    std::uint64_t least;
    std::uint64_t most;
};

constexpr std::array limit_rows{
    LimitRow{"CPUQuotaPerSecUSec", 1, UINT64_MAX},
    LimitRow{"CPUWeight", 1, 10000},
    LimitRow{"IOWeight", 1, 10000},
    LimitRow{"MemoryHigh", 1, UINT64_MAX},
    LimitRow{"MemoryLow", 0, UINT64_MAX},
    LimitRow{"MemoryMax", 1, UINT64_MAX},
    LimitRow{"MemoryMin", 0, UINT64_MAX},
    LimitRow{"MemorySwapMax", 0, UINT64_MAX},
    LimitRow{"TasksMax", 1, UINT64_MAX},
};

} // namespace

void check_limits(const Limits& limits)
{
    for (const auto& [name, value] : limits) {
        const auto* const row =
            std::find_if(limit_rows.begin(), limit_rows.end(),
                         [&key = name](const LimitRow& known) { return known.name == key; });
        if (row == limit_rows.end()) {
            std::string message = "no limit '";
            message.append(name).append("'; there are");
            for (const LimitRow& other : limit_rows)
                message.append(" ").append(other.name);
            throw Failure{ErrorCode::invalid_argument, message};
        }
        if (value < row->least || value > row->most)
            throw Failure{
                ErrorCode::invalid_argument,
                std::string{"the limit "}.append(name).append(" cannot be ").append(std::to_string(value))};
    }
}

async::Task<> Lifecycle::update(ContainerRef container, Limits limits)
{
    check_limits(limits);
    const auto turn = co_await container->turns.take();
    if (container->is_running()) {
        async::Task<> changing = scopes_->set_limits(unit_of(*container), limits);
        co_await changing;
    }
    for (const auto& [name, value] : limits)
        container->spec.limits[name] = value;
    container->row.spec = to_json(container->spec);
    store_->containers().update_spec(container->id(), container->row.spec);
}

} // namespace slipway::engine
