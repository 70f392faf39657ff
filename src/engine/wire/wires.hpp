// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: connections that start what they connect to (docs/wires.md): made, removed, and led to their
// targets.
#pragma once

#include "async/event_loop.hpp"
#include "base/fd.hpp"
#include "engine/container/lifecycle.hpp"
#include "engine/network/networks.hpp"
#include "engine/observer.hpp"
#include "engine/wire/wire.hpp"
#include "engine/wire/wire_sockets.hpp"
#include "netlink/listening.hpp"
#include "store/store.hpp"
#include "wires/counters.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slipway::engine {

// A wire and whose it is.
struct OwnedWire {
    ContainerRef owner; // none: the host, and its end is LISTENS
    Wire wire;
    std::string listens; // as systemd.socket(5) has it
};

// The way to a target that listens.
struct WireReach {
    std::vector<Fd> sockets; // not connected, in the target's network namespace; non-blocking
    IpAddress address;
    std::uint16_t port = 0;
    Fd counters;              // wires/counters.hpp
    bool has_started = false; // the target was at rest
    Microseconds idle_stop{}; // how long it may be without a connection; 0: for ever
};

class Wires {
  public:
    // All that it works with outlives it.
    Wires(async::EventLoop& loop, store::Store& store, Observer& observer, Lifecycle& lifecycle,
          Networks& networks, WireSockets& sockets)
        : loop_{&loop}, store_{&store}, observer_{&observer},
          lifecycle_{&lifecycle}, networks_{&networks}, sockets_{&sockets}, worker_{loop, 1}
    {
    }

    // Its ID; at once where OWNER runs. Throws Failure{invalid_argument, invalid_name, name_taken,
    // not_supported, placement_failed}.
    async::Task<std::string> create(ContainerRef owner, WireWish wish);
    // Throws Failure{no_such_wire}.
    async::Task<> remove(std::string id);

    std::vector<OwnedWire> all() const;
    // Throws Failure{no_such_wire}.
    OwnedWire at(const std::string& id) const;
    // "CONTAINER/NAME", or an ID. Throws Failure{no_such_wire}.
    OwnedWire resolve(const std::string& text) const;
    wires::Counts counts_of(const std::string& id) const
    {
        return wires::read_counts(sockets_->counters_of(id));
    }

    // Starts the target if it is at rest, waits until it listens, and makes COUNT sockets there. Throws
    // Failure{no_such_wire, no_such_container, start_failed, timed_out, …}.
    async::Task<WireReach> reach(std::string id, unsigned count);

    // Stops TARGET where it is to be stopped without connections, and no wire has one. Whether it did.
    async::Task<bool> rest(ContainerRef target);

  private:
    bool has_open_wires(const std::string& target) const;
    async::Task<bool> has_connections(std::vector<Listener> listeners);
    void save(const ContainerRef& owner);
    async::Task<bool> wake(ContainerRef target);
    async::Task<IpAddress> listening_address(ContainerRef target, std::uint16_t port,
                                             std::shared_ptr<Fd> inside);
    IpAddress own_address(const Container& target, const IpAddress& listening) const;

    async::EventLoop* loop_;
    store::Store* store_;
    Observer* observer_;
    Lifecycle* lifecycle_;
    Networks* networks_;
    WireSockets* sockets_;
    async::Workers worker_;
};

} // namespace slipway::engine
