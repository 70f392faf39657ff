// SPDX-License-Identifier: LGPL-2.1-or-later
// Host: looked at once, when the engine starts.
#include "slipwayd/host.hpp"

#include "base/file.hpp"
#include "log/log.hpp"
#include "placement/cgroup_placement.hpp"
#include "placement/scope.hpp"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <fcntl.h>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <thread>

namespace slipway {

namespace {

bus::Connection open_bus(Whose whose, async::EventLoop& loop)
{
    return whose == Whose::users ? bus::Connection::open_user(loop) : bus::Connection::open_system(loop);
}

// Without systemd there may be a bus, whose name and polkit are welcome.
bus::Connection find_bus(Whose whose, async::EventLoop& loop)
{
    try {
        return open_bus(whose, loop);
    } catch (const Failure&) {
        return {};
    }
}

void make_private(const std::filesystem::path& path)
{
    constexpr mode_t private_mode = 0700;
    std::filesystem::create_directories(path.parent_path());
    if (::mkdir(path.c_str(), private_mode) < 0 && errno != EEXIST)
        throw errno_failure(errno, "make the directory", path.native());
}

// It goes with its holder, however that ends: one that was killed just now may be on its way out, and what it
// was starting holds the lock until its execve(2). Nobody tells of the end of a lock.
Fd take_lock(const std::filesystem::path& path)
{
    constexpr mode_t private_mode = 0600;
    Fd lock{check(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, private_mode), "open", path.native())};
    constexpr int attempts = 100;
    constexpr std::chrono::milliseconds pause{10};
    for (int attempt = 0; ::flock(lock.number(), LOCK_EX | LOCK_NB) < 0; ++attempt) {
        if (attempt == attempts)
            throw Failure{ErrorCode::unavailable,
                          "another slipwayd has " + path.native() + ": end that one first"};
        std::this_thread::sleep_for(pause);
    }
    return lock;
}

// A user may make cgroups below the own one, if that has been given away.
std::string base_cgroup(Whose whose)
{
    std::istringstream lines{find_file("/proc/self/cgroup", 1U << 16U).value_or("")};
    for (std::string line; whose == Whose::users && std::getline(lines, line);)
        if (line.starts_with("0::/"))
            return line == "0::/" ? "" : line.substr(3);
    return {};
}

} // namespace

Host::Host(Wishes wishes, async::EventLoop& loop)
    : wishes_{wishes}, has_systemd_{wishes.bus == Wishes::Bus::any && sd_booted() > 0}
{
    if (has_systemd_)
        bus_ = open_bus(wishes.whose, loop);
    else if (wishes.bus == Wishes::Bus::any)
        bus_ = find_bus(wishes.whose, loop);
}

std::unique_ptr<placement::Placement> Host::make_placement(async::EventLoop& loop,
                                                           const engine::EnginePlaces& places, Ears ears)
{
    if (has_systemd_)
        return std::make_unique<placement::Scopes>(loop, bus_, std::move(ears.requested_stop),
                                                   std::move(ears.made));
    std::filesystem::create_directories(places.run / "names");
    make_private(places.run / "containers");
    make_private(places.state);
    lock_ = take_lock(places.run / "engine.lock");
    auto placement = std::make_unique<placement::CgroupPlacement>(
        loop, base_cgroup(wishes_.whose), places.programs, places.run, std::move(ears.failed));
    if (placement->obstacle().empty())
        log::line(LOG_INFO, "no systemd: containers are in cgroups below slipway/");
    else
        log::line(LOG_WARNING, "no systemd and no cgroups (%s): containers have no limits",
                  placement->obstacle().c_str());
    return placement;
}

} // namespace slipway
