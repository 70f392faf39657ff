// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: the name server of one network, on the sockets that systemd has handed over, until nobody asks any
// more.
#pragma once

#include "async/event_loop.hpp"
#include "base/fd.hpp"
#include "dns-server/forwarder.hpp"
#include "dns-server/host_resolvers.hpp"
#include "dns-server/responder.hpp"
#include "dns-server/tcp_listener.hpp"
#include "dns-server/udp_socket.hpp"
#include "dns-server/view.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

namespace slipway::dns_server {

struct Settings {
    std::filesystem::path names; // the network's log
    std::filesystem::path resolv_conf = "/etc/resolv.conf";
    std::chrono::seconds idle_limit{60};
};

class Service {
  public:
    // SOCKETS: bound datagram sockets and listening stream ones. Leaves the loop after the idle time, which
    // loses nothing: systemd starts another process at the next question. Throws Failure.
    Service(async::EventLoop& loop, const Settings& settings, std::vector<Fd> sockets);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    Service(Service&&) = delete;
    Service& operator=(Service&&) = delete;
    ~Service() = default;

  private:
    static int looked(sd_event_source*, std::uint64_t now, void* self);
    void look_again_at(std::uint64_t usec);
    void take(Fd socket);
    bool is_busy() const;

    async::EventLoop* loop_;
    std::uint64_t idle_limit_usec_;
    std::uint64_t last_activity_ = 0;
    View view_;
    HostResolvers host_resolvers_;
    Forwarder forwarder_;
    Responder responder_;
    std::vector<std::unique_ptr<UdpSocket>> datagram_sockets_;
    std::vector<std::unique_ptr<TcpListener>> listeners_;
    async::Source idle_;
};

} // namespace slipway::dns_server
