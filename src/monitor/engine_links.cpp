// SPDX-License-Identifier: LGPL-2.1-or-later
// EngineLinks: sockets of engines, and the socket where they find the monitor.
#include "monitor/engine_links.hpp"

#include "base/failure.hpp"
#include "base/unix_address.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

constexpr const char* socket_name = "monitor.sock";

bool is_trusted(const Fd& socket)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

} // namespace

EngineLinks::~EngineLinks()
{
    if (directory_)
        ::unlinkat(directory_.number(), socket_name, 0);
}

EngineLinks::Id EngineLinks::add(Fd socket)
{
    check(::fcntl(socket.number(), F_SETFL, ::fcntl(socket.number(), F_GETFL) | O_NONBLOCK),
          "unblock a socket");
    auto link = std::make_unique<Link>(Link{next_id_++, std::move(socket), {}});
    link->watch = Watch{loop_, link->socket.number(), EPOLLIN,
                        [this, bare = link.get()](std::uint32_t) { receive(*bare); }};
    links_.push_back(std::move(link));
    return links_.back()->id;
}

void EngineLinks::listen(const std::string& directory)
{
    directory_ = Fd{
        check(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open the directory", directory)};
    listener_ =
        Fd{check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")};
    check(::fchmod(listener_.number(), 0600),
          "protect the socket"); // bind(2) makes the file with this mode
    ::unlinkat(directory_.number(), socket_name, 0);
    // By way of /proc the path is short, whatever the directory's is.
    const std::string path = "/proc/self/fd/" + std::to_string(directory_.number()) + "/" + socket_name;
    const UnixAddress address{path};
    check(::bind(listener_.number(), address.pointer(), address.size()), "bind the socket in", directory);
    check(::listen(listener_.number(), 16), "listen in", directory);
    listener_watch_ = Watch{loop_, listener_.number(), EPOLLIN, [this](std::uint32_t) { accept_waiting(); }};
}

void EngineLinks::accept_waiting()
{
    while (listener_) {
        Fd socket{::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!socket)
            return;
        if (is_trusted(socket))
            add(std::move(socket));
    }
}

void EngineLinks::tell(Id id, std::string_view text)
{
    for (const auto& link : links_)
        if (link->id == id)
            return tell(*link, text);
}

void EngineLinks::tell_all(std::string_view text)
{
    for (const auto& link : links_)
        tell(*link, text);
}

bool EngineLinks::has_any() const noexcept
{
    return std::any_of(links_.begin(), links_.end(), [](const auto& link) { return link->socket.is_open(); });
}

void EngineLinks::sweep()
{
    std::erase_if(links_, [](const auto& link) { return !link->socket.is_open(); });
}

void EngineLinks::receive(Link& link)
{
    try {
        std::optional<Packet> packet = receive_packet(link.socket.number());
        if (packet)
            events_.packet(link.id, *packet);
        else
            close(link);
    } catch (const Failure&) {
        close(link);
    }
}

void EngineLinks::tell(Link& link, std::string_view text)
{
    if (!link.socket)
        return;
    try {
        send_packet(link.socket.number(), text);
    } catch (const Failure&) {
        close(link);
    }
}

void EngineLinks::close(Link& link)
{
    if (!link.socket)
        return;
    link.watch.reset();
    link.socket.reset();
    events_.closed(link.id);
}

void wake_engine(const std::string& path) noexcept
{
    try {
        const Fd socket{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
        // connect(2) waits while the listener's queue is full; a time-out for
        // sending bounds that (socket(7)).
        const timeval second{.tv_sec = 1, .tv_usec = 0};
        ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
        const UnixAddress address{path};
        check(::connect(socket.number(), address.pointer(), address.size()), "connect to", path);
    } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
                               // The next engine reads the exit record.
    }
}

} // namespace slipway::monitor
