// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: units that stand still, and go on.
//
// systemd 252 answers FreezeUnit when all processes stand still, and forgets who waits for that when it reads
// its units anew (systemctl daemon-reload), but not what it has begun: so whoever waits looks now and then.
#include "async/timer.hpp"
#include "placement/scope.hpp"

namespace slipway::placement {

namespace {

constexpr std::chrono::milliseconds between_looks{500};
constexpr std::chrono::milliseconds on_the_way{20};

} // namespace

async::Task<std::string> Scopes::freezer_state(std::string unit) const
{
    return property(std::move(unit), "org.freedesktop.systemd1.Unit", "FreezerState");
}

async::Task<> Scopes::bring_to(std::string state, const char* method, std::string unit)
{
    const auto end = std::chrono::steady_clock::now() + bus::default_call_timeout;
    for (;;) {
        async::Task<> calling = call_for(method, unit);
        std::exception_ptr failure;
        bool is_silent = false;
        try {
            co_await async::within(*loop_, between_looks, std::move(calling));
            co_return;
        } catch (const Failure& refused) {
            failure = std::current_exception();
            is_silent = refused.code() == ErrorCode::timed_out;
        }
        const std::string present = co_await freezer_state(unit);
        if (present == state)
            co_return;
        const bool is_on_its_way = present == "freezing" || present == "thawing";
        if (std::chrono::steady_clock::now() > end || (!is_silent && !is_on_its_way))
            std::rethrow_exception(failure);
        // systemd refuses to be asked twice.
        if (!is_silent)
            co_await async::sleep_for(*loop_, on_the_way);
    }
}

async::Task<> Scopes::freeze(std::string unit)
{
    return bring_to("frozen", "FreezeUnit", std::move(unit));
}

async::Task<> Scopes::thaw(std::string unit)
{
    return bring_to("running", "ThawUnit", std::move(unit));
}

} // namespace slipway::placement
