// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceManager: notifications.
#include "slipway/service_manager.hpp"

#include "slipway/report.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sys/time.h>
#include <unistd.h>

namespace slipway::cli {

std::string passed_on(std::string_view assignments)
{
    static constexpr std::array<std::string_view, 9> words{
        "READY=",    "RELOADING=",     "MONOTONIC_USEC=",     "STATUS=", "ERRNO=", "BUSERROR=",
        "WATCHDOG=", "WATCHDOG_USEC=", "EXTEND_TIMEOUT_USEC="};
    std::string text;
    while (!assignments.empty()) {
        const std::size_t end = assignments.find('\n');
        const std::string_view line = assignments.substr(0, end);
        if (std::any_of(words.begin(), words.end(),
                        [line](std::string_view word) { return line.starts_with(word); }))
            text.append(line).append("\n");
        assignments = end == std::string_view::npos ? std::string_view{} : assignments.substr(end + 1);
    }
    return text;
}

ServiceManager::ServiceManager(std::string readiness, std::optional<std::size_t> ready_number)
    : readiness_{std::move(readiness)}, ready_number_{ready_number}
{
    std::uint64_t usec = 0;
    if (sd_watchdog_enabled(0, &usec) > 0)
        watchdog_usec_ = usec;
}

void ServiceManager::ping() const
{
    if (!is_unhealthy_)
        sd_notify(0, "WATCHDOG=1");
}

void ServiceManager::started(const std::string& unit)
{
    if (readiness_ == "started")
        ready();
    if (has_own_watchdog()) {
        constexpr std::uint64_t usec_in_a_second = 1'000'000;
        const std::uint64_t half = watchdog_usec_ / 2;
        itimerval timer{};
        timer.it_interval.tv_sec = static_cast<time_t>(half / usec_in_a_second);
        timer.it_interval.tv_usec = static_cast<suseconds_t>(half % usec_in_a_second);
        timer.it_value = timer.it_interval;
        ::setitimer(ITIMER_REAL, &timer, nullptr);
    }
    // Of a service, which might have taken it in.
    if (std::getenv("INVOCATION_ID") != nullptr && unit.ends_with(".scope")) // NOLINT: one thread
        complain("slipway: the container's processes are in " + unit +
                 ": with Delegate=yes in [Service] they would be in this unit\n");
}

void ServiceManager::hear(const client::SessionEvent& event)
{
    if (event.kind == client::SessionEvent::Kind::health) {
        is_unhealthy_ = event.message == "unhealthy";
        if (readiness_ == "healthy" && event.message == "healthy")
            ready();
        if (readiness_ != "notified") // whose payload has words of its own
            sd_notifyf(0, "STATUS=%s", event.message.c_str());
    }
    if (event.kind != client::SessionEvent::Kind::notified || readiness_ != "notified")
        return;
    const std::string text = passed_on(event.message);
    if (!text.empty())
        sd_notify(0, text.c_str());
    if (("\n" + text).find("\nREADY=1\n") != std::string::npos)
        ready();
}

void ServiceManager::ready()
{
    if (std::exchange(is_ready_, true))
        return;
    sd_notify(0, "READY=1");
    if (!ready_number_)
        return;
    const int number = static_cast<int>(*ready_number_);
    [[maybe_unused]] const ssize_t written = ::write(number, "\n", 1);
    ::close(number);
}

void ServiceManager::stopping() const
{
    sd_notify(0, "STOPPING=1\nSTATUS=The payload has been asked to end");
}

void ServiceManager::ended(const client::SessionEvent& exited) const
{
    if (exited.cause == "oom-kill")
        complain(
            "slipway: killed by the kernel for want of memory (see --memory, and MemoryMax= of the unit)\n");
}

} // namespace slipway::cli
