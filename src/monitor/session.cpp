// SPDX-License-Identifier: LGPL-2.1-or-later
// Session: packets to and from one client.
#include "monitor/session.hpp"

#include <fcntl.h>
#include <poll.h>

namespace slipway::monitor {

Session::Session(Loop& loop, Fd socket, std::function<void(const SessionRequest&)> on_request,
                 std::function<void()> on_closed)
    : socket_{std::move(socket)}, on_request_{std::move(on_request)}, on_closed_{std::move(on_closed)}
{
    if (!socket_)
        return;
    ::fcntl(socket_.number(), F_SETFL, ::fcntl(socket_.number(), F_GETFL) | O_NONBLOCK);
    watch_ = Watch{loop, socket_.number(), EPOLLIN, [this](std::uint32_t) { receive(); }};
}

void Session::tell(std::string_view text) noexcept
{
    if (!socket_)
        return;
    try {
        send_packet(socket_.number(), text);
    } catch (const Failure&) {
        lose();
    }
}

void Session::lose() noexcept
{
    close();
    if (on_closed_)
        on_closed_();
}

void Session::close() noexcept
{
    watch_.reset();
    socket_.reset();
}

void Session::receive_waiting()
{
    pollfd waiting{.fd = socket_.number(), .events = POLLIN, .revents = 0};
    while (socket_ && ::poll(&waiting, 1, 0) > 0)
        receive();
}

void Session::receive()
{
    try {
        const std::optional<Packet> packet = receive_packet(socket_.number());
        if (packet)
            on_request_(parse_session_request(packet->text).value());
        else
            lose();
    } catch (const Failure&) {
        lose(); // no client of ours speaks like that
    }
}

} // namespace slipway::monitor
