// SPDX-License-Identifier: LGPL-2.1-or-later
// UdpSocket: questions in and answers out by the batch, each answer from the address that was asked.
#pragma once

#include "async/event_loop.hpp"
#include "base/fd.hpp"
#include "dns-server/responder.hpp"
#include "dns-server/socket_address.hpp"

#include <array>
#include <memory>
#include <sys/socket.h>

namespace slipway::dns_server {

class UdpSocket {
  public:
    // SOCKET is bound, and made non-blocking here. Throws Failure{io_error}.
    UdpSocket(async::EventLoop& loop, Fd socket, Responder& responder, std::function<void()> on_activity);
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;
    UdpSocket(UdpSocket&&) = delete;
    UdpSocket& operator=(UdpSocket&&) = delete;
    ~UdpSocket();

  private:
    struct Batch;

    static int heard(sd_event_source*, int, std::uint32_t, void* self);
    void take_batches();
    unsigned receive();
    void answer(unsigned at);
    void send_answers();
    IpAddress destination_of(const msghdr& message) const;
    Responder::Deliver deliver_to(const msghdr& message) const;

    Fd socket_;
    SocketAddress own_;
    Responder* responder_;
    std::function<void()> on_activity_;
    std::unique_ptr<Batch> batch_;
    async::Source heard_;
};

} // namespace slipway::dns_server
