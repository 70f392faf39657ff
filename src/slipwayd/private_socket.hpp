// SPDX-License-Identifier: LGPL-2.1-or-later
// PrivateSocket: the engine's objects without a broker, on the socket "bus" of its run directory, for root
// and for whom the engine belongs to; systemd holds it.
#pragma once

#include "api/skin.hpp"
#include "async/event_loop.hpp"
#include "bus/connection.hpp"

#include <list>

namespace slipway {

class PrivateSocket {
  public:
    PrivateSocket(async::EventLoop& loop, api::Skin& skin, api::Announcer& announcer) noexcept
        : loop_{&loop}, skin_{&skin}, announcer_{&announcer}
    {
    }
    PrivateSocket(const PrivateSocket&) = delete;
    PrivateSocket& operator=(const PrivateSocket&) = delete;
    PrivateSocket(PrivateSocket&&) = delete;
    PrivateSocket& operator=(PrivateSocket&&) = delete;
    ~PrivateSocket();

    // Those of sd_listen_fds(3); none is no failure.
    void listen_on_passed_sockets();
    // Peers connected now.
    std::size_t count() const noexcept { return peers_.size(); }

  private:
    struct Peer {
        PrivateSocket* owner;
        bus::Connection connection;
        bus::Slot disconnected;
    };

    static int came(sd_event_source*, int fd, std::uint32_t, void* userdata);
    static int left(sd_bus_message*, void* userdata, sd_bus_error*);
    static int drop_left(sd_event_source*, void* userdata);
    void accept(int listener);

    async::EventLoop* loop_;
    api::Skin* skin_;
    api::Announcer* announcer_;
    std::list<async::Source> listeners_;
    std::list<Peer> peers_;
    std::list<Peer> gone_;
    async::Source dropping_;
};

} // namespace slipway
