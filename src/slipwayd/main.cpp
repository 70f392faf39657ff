// SPDX-License-Identifier: LGPL-2.1-or-later
// slipwayd: the engine as a service on the system bus, or with --user on a user's, and on its private socket;
// leaves when it is idle. On a host without systemd it has that socket alone, and stays.
#include "api/paths.hpp"
#include "api/skin.hpp"
#include "log/log.hpp"
#include "slipway_config.hpp"
#include "slipwayd/host.hpp"
#include "slipwayd/places.hpp"
#include "slipwayd/private_socket.hpp"

#include <systemd/sd-daemon.h>

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/stat.h>
#include <syslog.h>

namespace slipway {

namespace {

constexpr std::chrono::seconds default_idle_time{60};

void log_failure(std::exception_ptr failure)
{
    try {
        std::rethrow_exception(std::move(failure));
    } catch (const Failure& known) {
        log::line(LOG_ERR, "%s (%s:%u)", known.what(), known.where().file_name(), known.where().line());
    } catch (const std::exception& defect) {
        log::line(LOG_ERR, "%s", defect.what());
    }
}

// Leaves once nothing is under way and nobody has called for a while. The name is given up first: what was
// sent before that is still answered, what is sent after it starts the next engine.
async::Task<> leave_when_idle(async::EventLoop& loop, async::TaskScope& tasks, const bus::Connection& bus,
                              const api::Skin& skin, const PrivateSocket& peers,
                              std::chrono::seconds idle_time)
{
    for (;;) {
        const std::uint64_t before = skin.calls();
        co_await async::sleep_for(loop, idle_time);
        // This task itself, and those that only watch what runs without us.
        const bool is_idle = tasks.size() <= 1 && skin.calls() == before && peers.count() == 0;
        if (!is_idle)
            continue;
        if (bus.is_open())
            co_await bus.release_name(api::bus_name);
        if (skin.calls() == before && peers.count() == 0)
            break;
        if (bus.is_open())
            co_await bus.request_name(api::bus_name);
    }
    sd_notify(0, "STOPPING=1");
    loop.leave(0);
}

int ended(sd_event_source* source, const signalfd_siginfo*, void*)
{
    return sd_event_exit(sd_event_source_get_event(source), 0);
}

async::Task<> begin(const bus::Connection& bus)
{
    if (bus.is_open())
        co_await bus.request_name(api::bus_name);
    sd_notify(0, "READY=1");
}

int serve(Wishes wishes)
{
    const engine::EnginePlaces places = wishes.whose == Whose::users ? users_places() : machines_places();
    ::umask(0022);
    sigset_t blocked{};
    sigemptyset(&blocked);
    for (const int signal : {SIGTERM, SIGINT, SIGCHLD})
        sigaddset(&blocked, signal);
    ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
    std::signal(SIGPIPE, SIG_IGN); // NOLINT: cannot fail for SIGPIPE

    async::EventLoop loop;
    for (const int signal : {SIGTERM, SIGINT})
        check_negative(sd_event_add_signal(loop.bare(), nullptr, signal, &ended, nullptr), "watch signals");
    // Those that watch a running container are of no account for being idle, so they have a scope of their
    // own.
    async::TaskScope watches{&log_failure};
    async::TaskScope tasks{&log_failure};
    Host host{wishes, loop};
    const bus::Connection& bus = host.bus();
    const bus::Authorizer authorizer{bus};

    api::Announcer announcer{loop};
    engine::Lifecycle* lifecycle = nullptr;
    const std::unique_ptr<placement::Placement> placement =
        host.make_placement(loop, places,
                            {[&lifecycle](const std::string& unit) {
                                 if (lifecycle != nullptr)
                                     lifecycle->stop_unit(unit);
                             },
                             [&lifecycle](const std::string& unit) {
                                 if (lifecycle != nullptr)
                                     lifecycle->see_scope(unit);
                             },
                             &log_failure});
    engine::Engine engine{loop, tasks, watches, bus, *placement, announcer, places};
    announcer.bind(engine.jobs);
    engine.lifecycle.recover();
    engine.groups.recover();
    lifecycle = &engine.lifecycle;

    api::Context context{tasks, authorizer, engine};
    api::Skin skin{context};
    if (bus.is_open()) {
        skin.serve_on(bus.bare());
        announcer.add(bus.bare());
    }
    PrivateSocket peers{loop, skin, announcer};
    const bool is_activated = peers.listen_on_passed_sockets() || host.has_systemd();
    if (!is_activated)
        peers.listen_at(places.run / "bus");

    tasks.spawn(begin(bus));
    const char* idle = ::secure_getenv("SLIPWAY_IDLE_SEC"); // NOLINT: before any thread
    const std::chrono::seconds idle_time =
        idle == nullptr ? default_idle_time
                        : std::chrono::seconds{std::max(1L, std::strtol(idle, nullptr, 10))};
    // Whom nobody would start again stays.
    if (is_activated || idle != nullptr)
        tasks.spawn(leave_when_idle(loop, tasks, bus, skin, peers, idle_time));
    const int status = loop.run();
    tasks.cancel_all();
    watches.cancel_all();
    return status;
}

} // namespace

} // namespace slipway

int main(int count, char** words)
{
    slipway::Wishes wishes;
    for (int i = 1; i < count; ++i) {
        const std::string_view word{words[i]};
        if (word == "--user") {
            wishes.whose = slipway::Whose::users;
        } else if (word == "--no-bus") {
            wishes.bus = slipway::Wishes::Bus::none;
        } else {
            std::fputs("usage: slipwayd [--user] [--no-bus]\n", stderr);
            return 2;
        }
    }
    try {
        return slipway::serve(wishes);
    } catch (const std::exception& failure) {
        if (slipway::log::has_journal())
            slipway::log::line(LOG_ERR, "cannot start: %s", failure.what());
        std::fprintf(stderr, "slipwayd: cannot start: %s\n", failure.what());
        return EXIT_FAILURE;
    }
}
