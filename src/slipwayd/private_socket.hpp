// SPDX-License-Identifier: LGPL-2.1-or-later
// PrivateSocket: the engine's objects without a broker, on the socket "bus" of its run directory, for root
// and for whom the engine belongs to; systemd holds it, or we do.
#pragma once

#include "api/skin.hpp"
#include "async/event_loop.hpp"
#include "bus/connection.hpp"

#include <filesystem>
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

    // Those of sd_listen_fds(3). Whether there are any.
    bool listen_on_passed_sockets();
    // On one of our own, at PATH, in place of one that is there. Throws Failure.
    void listen_at(const std::filesystem::path& path);
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
    void listen_on(int listener);
    void accept(int listener);

    async::EventLoop* loop_;
    api::Skin* skin_;
    api::Announcer* announcer_;
    std::list<async::Source> listeners_;
    Fd own_;
    std::filesystem::path own_path_;
    std::list<Peer> peers_;
    std::list<Peer> gone_;
    async::Source dropping_;
};

} // namespace slipway
