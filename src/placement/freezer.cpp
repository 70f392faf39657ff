// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: units that stand still, and go on.
//
// systemd 252 answers FreezeUnit when all processes stand still, and forgets who waits for that when it reads
// its units anew (systemctl daemon-reload), but not what it has begun: so whoever waits looks now and then.
// It also takes any event of the cgroup that comes meanwhile, as of a process that has ended there, for the
// end of its freezing, and calls "running" from then on what stands still: so whoever was answered looks too.
// systemd 257 says then that it was cancelled: so whoever is refused asks again, a few times.
#include "async/timer.hpp"
#include "placement/scope.hpp"
#include "placement/still_payload.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace slipway::placement {

namespace {

constexpr std::chrono::milliseconds between_looks{500};
constexpr std::chrono::milliseconds on_the_way{20};
constexpr int most_refusals = 5;

std::string interface_of(const std::string& unit)
{
    return unit.ends_with(".scope") ? "org.freedesktop.systemd1.Scope" : "org.freedesktop.systemd1.Service";
}

} // namespace

async::Task<std::string> Scopes::freezer_state(std::string unit) const
{
    return property(std::move(unit), "org.freedesktop.systemd1.Unit", "FreezerState");
}

async::Task<> Scopes::bring_to(std::string state, const char* method, std::string unit)
{
    const auto end = std::chrono::steady_clock::now() + bus::default_call_timeout;
    int refusals = 0;
    for (;;) {
        async::Task<> calling = call_for(method, unit);
        std::exception_ptr failure;
        bool is_silent = false;
        try {
            co_await async::within(*loop_, between_looks, std::move(calling));
        } catch (const Failure& refused) {
            failure = std::current_exception();
            is_silent = refused.code() == ErrorCode::timed_out;
        }
        const std::string present = co_await freezer_state(unit);
        if (present == state)
            co_return;
        const bool is_on_its_way = present == "freezing" || present == "thawing";
        const bool is_late = std::chrono::steady_clock::now() > end;
        if (failure && !is_silent && !is_on_its_way)
            ++refusals;
        if (failure && (is_late || refusals == most_refusals))
            std::rethrow_exception(failure);
        if (is_late)
            throw Failure{ErrorCode::timed_out,
                          fmt::format("systemd answers, and says that {} is {}", unit, present)};
        // systemd refuses to be asked twice.
        if (failure && !is_silent)
            co_await async::sleep_for(*loop_, on_the_way);
    }
}

async::Task<std::string> Scopes::directory_of(std::string unit) const
{
    const std::string cgroup = co_await property(unit, interface_of(unit), "ControlGroup");
    for (const char* const place : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
        const std::string directory = place + cgroup;
        if (std::error_code error; !cgroup.empty() && std::filesystem::exists(directory, error))
            co_return directory;
    }
    co_return std::string{};
}

async::Task<> Scopes::freeze(std::string unit)
{
    const StillPayload payload{co_await directory_of(unit)};
    async::Task<> resting = payload.come_to_rest(*loop_);
    co_await resting;
    async::Task<> freezing = bring_to("frozen", "FreezeUnit", unit);
    co_await freezing;
}

async::Task<> Scopes::settle_freezer(std::string unit)
{
    let_payload_go_on(co_await directory_of(std::move(unit)));
}

async::Task<> Scopes::thaw(std::string unit)
{
    return bring_to("running", "ThawUnit", std::move(unit));
}

} // namespace slipway::placement
