// SPDX-License-Identifier: LGPL-2.1-or-later
// Link: the choice of the way, and the watch for its readiness.
#include "client/link.hpp"

#include "base/unix_address.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace slipway::client {

namespace {

// A connected socket; none where connecting fails, with errno set.
Fd connect_private(const std::string& path)
{
    Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket)
        return socket;
    const UnixAddress address{path};
    if (::connect(socket.number(), address.pointer(), UnixAddress::size()) < 0) {
        const int error = errno;
        socket.reset();
        errno = error;
    }
    return socket;
}

// Nothing if the engine left while the connection was made.
std::unique_ptr<Link> find_peer(async::EventLoop& loop, Fd socket, Reach reach)
{
    try {
        return std::make_unique<Link>(loop, bus::Connection::open_peer(loop, std::move(socket)), "", reach);
    } catch (const Failure&) {
        return nullptr;
    }
}

// An engine that was killed has left its socket behind, and its supervisor starts another. systemd holds the
// socket itself. The kernel tells nobody of a socket that begins to listen, so it is tried now and then.
void wait_for_engine(const std::string& path)
{
    constexpr int attempts = 50;
    constexpr std::chrono::milliseconds pause{100};
    for (int i = 0; i < attempts; ++i) {
        if (connect_private(path) || errno != ECONNREFUSED)
            return;
        std::this_thread::sleep_for(pause);
    }
}

std::unique_ptr<Link> open_link(async::EventLoop& loop, Route route, Reach reach)
{
    const std::string path = private_socket_path(reach);
    const bool has_systemd = ::access("/run/systemd/system", F_OK) == 0;
    if (route != Route::system_bus) {
        if (!has_systemd)
            wait_for_engine(path);
        // systemd keeps the socket open while the engine is away, so the second attempt starts a new one.
        for (int attempt = 0; attempt < 2; ++attempt) {
            Fd socket = connect_private(path);
            if (!socket && route == Route::private_socket)
                throw Failure{ErrorCode::unavailable, "cannot reach the engine: " +
                                                          errno_failure(errno, "connect to", path).message()};
            if (!socket)
                break;
            if (auto link = find_peer(loop, std::move(socket), reach))
                return link;
        }
        if (route == Route::private_socket)
            throw Failure{ErrorCode::unavailable,
                          "cannot reach the engine: it leaves each time it is called"};
    }
    try {
        return std::make_unique<Link>(loop,
                                      reach == Reach::user ? bus::Connection::open_user(loop)
                                                           : bus::Connection::open_system(loop),
                                      engine_name, reach);
    } catch (const Failure& failure) {
        if (!has_systemd)
            throw Failure{ErrorCode::unavailable, "cannot reach the engine: nobody listens on " + path +
                                                      ": start slipwayd, or have your supervisor keep it "
                                                      "(slipway export --for SUPERVISOR)"};
        throw failure.within("cannot reach the engine");
    }
}

} // namespace

std::string private_socket_path(Reach reach)
{
    if (reach == Reach::machine)
        return "/run/slipway/bus";
    const char* const directory = ::secure_getenv("XDG_RUNTIME_DIR");
    if (directory == nullptr || *directory != '/')
        throw Failure{ErrorCode::unavailable,
                      "cannot reach your engine: XDG_RUNTIME_DIR is not set (log in, or be let "
                      "in by 'machinectl shell')"};
    return std::string{directory} + "/slipway/bus";
}

Route route_from_environment()
{
    const char* const value = ::secure_getenv("SLIPWAY_BUS");
    const std::string_view word = value == nullptr ? "" : value;
    if (word.empty())
        return Route::automatic;
    if (word == "system")
        return Route::system_bus;
    if (word == "private")
        return Route::private_socket;
    throw Failure{ErrorCode::invalid_argument,
                  "SLIPWAY_BUS is '" + std::string{word} + "' (it may be 'system' or 'private')"};
}

Link::Link(async::EventLoop& loop, bus::Connection connection, std::string destination, Reach reach)
    : connection_{std::move(connection)}, destination_{std::move(destination)}, reach_{reach}
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_post(loop.bare(), &source, &Link::after_each_event, this),
                   "watch a connection");
    watch_ = async::Source{source};
}

int Link::after_each_event(sd_event_source*, void* userdata)
{
    auto* const self = static_cast<Link*>(userdata);
    if (sd_bus_is_ready(self->connection_.bare()) > 0 || !self->connection_.is_open()) {
        self->watch_.reset();
        self->settled_.notify();
    }
    return 0;
}

async::Task<bool> Link::settle()
{
    while (connection_.is_open() && sd_bus_is_ready(connection_.bare()) == 0)
        co_await settled_.next();
    co_return connection_.is_open();
}

Connector connector_by(Route route, Reach reach)
{
    return [route, reach](async::EventLoop& loop) { return open_link(loop, route, reach); };
}

} // namespace slipway::client
