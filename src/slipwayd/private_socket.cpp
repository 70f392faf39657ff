// SPDX-License-Identifier: LGPL-2.1-or-later
// PrivateSocket: accepts peers, serves them, lets them go.
#include "slipwayd/private_socket.hpp"

#include "base/unix_address.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace slipway {

PrivateSocket::~PrivateSocket()
{
    for (const Peer& peer : peers_)
        announcer_->remove(peer.connection.bare());
    std::error_code ignored;
    if (own_)
        std::filesystem::remove(own_path_, ignored); // so that clients know at once
}

bool PrivateSocket::listen_on_passed_sockets()
{
    const int count = check_negative(sd_listen_fds(1), "take sockets from systemd");
    for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; ++fd)
        listen_on(fd);
    return count > 0;
}

void PrivateSocket::listen_at(const std::filesystem::path& path)
{
    constexpr int backlog = 128;
    own_path_ = path;
    std::filesystem::remove(path);
    own_ = Fd{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")};
    const UnixAddress address{path.native()};
    const mode_t before = ::umask(S_IRWXG | S_IRWXO | S_IXUSR);
    const int result = ::bind(own_.number(), address.pointer(), UnixAddress::size());
    const int error = errno;
    ::umask(before);
    if (result < 0)
        throw errno_failure(error, "listen on", path.native());
    check(::listen(own_.number(), backlog), "listen on", path.native());
    listen_on(own_.number());
}

void PrivateSocket::listen_on(int listener)
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(loop_->bare(), &source, listener, EPOLLIN, &PrivateSocket::came, this),
                   "listen on a socket");
    listeners_.emplace_back(source);
}

int PrivateSocket::came(sd_event_source*, int fd, std::uint32_t, void* userdata)
{
    try {
        static_cast<PrivateSocket*>(userdata)->accept(fd);
    } catch (const std::exception&) {
        // A peer that is gone before it was served has lost nothing.
        return 0;
    }
    return 0;
}

void PrivateSocket::accept(int listener)
{
    Fd socket{check(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK), "accept a peer")};
    ucred peer{};
    socklen_t size = sizeof peer;
    check(::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size), "learn who the peer is");
    if (peer.uid != 0 && peer.uid != ::geteuid())
        return;
    peers_.push_back({this, bus::Connection::serve_peer(*loop_, std::move(socket)), {}});
    Peer& added = peers_.back();
    sd_bus_slot* slot = nullptr;
    check_negative(sd_bus_match_signal(added.connection.bare(), &slot, "org.freedesktop.DBus.Local", nullptr,
                                       "org.freedesktop.DBus.Local", "Disconnected", &PrivateSocket::left,
                                       &added),
                   "watch a peer");
    added.disconnected = bus::Slot{slot};
    skin_->serve_on(added.connection.bare());
    announcer_->add(added.connection.bare());
}

int PrivateSocket::left(sd_bus_message*, void* userdata, sd_bus_error*)
{
    auto* const peer = static_cast<Peer*>(userdata);
    PrivateSocket* const self = peer->owner;
    self->announcer_->remove(peer->connection.bare());
    const auto place = std::find_if(self->peers_.begin(), self->peers_.end(),
                                    [peer](const Peer& other) { return &other == peer; });
    // A connection cannot be closed from within its own callback.
    self->gone_.splice(self->gone_.end(), self->peers_, place);
    sd_event_source* source = nullptr;
    if (sd_event_add_defer(self->loop_->bare(), &source, &PrivateSocket::drop_left, self) >= 0)
        self->dropping_ = async::Source{source};
    return 0;
}

int PrivateSocket::drop_left(sd_event_source*, void* userdata)
{
    static_cast<PrivateSocket*>(userdata)->gone_.clear();
    return 0;
}

} // namespace slipway
