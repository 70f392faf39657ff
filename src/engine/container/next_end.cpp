// SPDX-License-Identifier: LGPL-2.1-or-later
// Lifecycle: the ends of a container one after the other, until there is one that no restart follows.
#include "async/timer.hpp"
#include "engine/container/lifecycle.hpp"

namespace slipway::engine {

namespace {

// Asked again rather than listened to: between two starts systemd announces "inactive" too.
constexpr std::chrono::milliseconds pause_between_questions{100};

End end_of(const Container& container)
{
    End end;
    end.status = container.row.state.exit_status;
    end.at = container.row.state.finished_at;
    return end;
}

} // namespace

async::Task<End> Lifecycle::next_end(ContainerRef container, RealTime after)
{
    async::Task<int> waiting = wait(container);
    co_await waiting;
    End end = end_of(*container);
    const std::string keeper = keeper_of(*container);
    if (keeper.empty())
        co_return end;
    using Prospect = ServiceUnits::Prospect;
    for (;;) {
        if (!container->is_at_rest()) {
            if (end.at > after) {
                end.is_last = false;
                co_return end;
            }
            async::Task<int> again = wait(container);
            co_await again;
            end = end_of(*container);
        }
        async::Task<Prospect> asking = service_units_->prospect_of(keeper);
        const Prospect prospect = co_await asking;
        if (!container->is_at_rest())
            continue;
        end.is_last = prospect == Prospect::none;
        if (end.is_last || (prospect == Prospect::restart && end.at > after))
            co_return end;
        co_await async::sleep_for(*loop_, pause_between_questions);
    }
}

} // namespace slipway::engine
