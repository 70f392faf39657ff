// SPDX-License-Identifier: LGPL-2.1-or-later
// NotifySocket: bound, heard, and believed whoever speaks: all of them are the container's.
#include "monitor/notify_socket.hpp"

#include "base/failure.hpp"
#include "base/unix_address.hpp"

#include <array>
#include <fcntl.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>

namespace slipway::monitor {

namespace {

constexpr mode_t writable_by_all = 0666;
constexpr mode_t readable_by_all = 0644;

bool says_ready(std::string_view text)
{
    constexpr std::string_view ready = "READY=1";
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (text.substr(0, end) == ready)
            return true;
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return false;
}

} // namespace

NotifySocket::NotifySocket(Loop& loop, std::string directory, Events events)
    : directory_{std::move(directory)}, events_{std::move(events)}
{
    const std::string place = directory_ + "/notify";
    // By way of /proc, since the path may be longer than sun_path.
    const Fd opened{check(::open(place.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", place)};
    socket_ = Fd{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")};
    const std::string path = "/proc/self/fd/" + std::to_string(opened.number()) + "/socket";
    const UnixAddress address{path};
    check(::bind(socket_.number(), address.pointer(), UnixAddress::size()),
          "bind the socket for notifications");
    check(::chmod(path.c_str(), writable_by_all), "set the mode of the socket for notifications");
    watch_ = Watch{loop, socket_.number(), EPOLLIN, [this](std::uint32_t) { receive(); }};
}

void NotifySocket::receive()
{
    std::array<char, 4096> text{};
    const ssize_t size = ::recv(socket_.number(), text.data(), text.size(), 0);
    if (size <= 0)
        return;
    const std::string_view assignments{text.data(), static_cast<std::size_t>(size)};
    events_.told(assignments);
    if (!says_ready(assignments))
        return;
    const std::string path = directory_ + "/ready";
    // Of one that cannot be written nobody hears, as of one that never came.
    const Fd mark{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, readable_by_all)};
    events_.ready();
}

} // namespace slipway::monitor
