// SPDX-License-Identifier: LGPL-2.1-or-later
// TcpListener: takes connections, not too many, and not too many of one address.
#pragma once

#include "async/event_loop.hpp"
#include "base/fd.hpp"
#include "dns-server/responder.hpp"
#include "dns-server/tcp_connection.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>

namespace slipway::dns_server {

class TcpListener {
  public:
    // How long a connection may be silent.
    static constexpr std::chrono::seconds patience{10};

    // SOCKET listens, and is made non-blocking here. Throws Failure{io_error}.
    TcpListener(async::EventLoop& loop, Fd socket, Responder& responder, std::function<void()> on_activity,
                std::chrono::microseconds connection_patience = patience);
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;
    TcpListener(TcpListener&&) = delete;
    TcpListener& operator=(TcpListener&&) = delete;
    ~TcpListener() = default;

    std::size_t connections() const noexcept { return connections_.size(); }

  private:
    static int heard(sd_event_source*, int, std::uint32_t, void* self);
    void accept_all();
    void take(Fd socket);
    bool has_room_for(const IpAddress& peer) const;

    async::EventLoop* loop_;
    Fd socket_;
    Responder* responder_;
    std::function<void()> on_activity_;
    std::chrono::microseconds patience_;
    std::uint64_t last_number_ = 0;
    std::map<std::uint64_t, std::shared_ptr<TcpConnection>> connections_;
    async::Source heard_;
};

} // namespace slipway::dns_server
