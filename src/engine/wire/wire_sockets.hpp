// SPDX-License-Identifier: LGPL-2.1-or-later
// WireSockets: the listening ends of wires, as units of systemd's, for as long as the container runs that has
// them.
#pragma once

#include "async/signal.hpp"
#include "async/task_scope.hpp"
#include "engine/container/container.hpp"
#include "engine/wire/wire.hpp"
#include "oci/runtime_config.hpp"
#include "placement/placement.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace slipway::engine {

class WireSockets {
  public:
    // DIRECTORY: /run/slipway/wires, made with the first wire. SCOPES outlives this.
    WireSockets(placement::Placement& scopes, async::TaskScope& tasks, std::filesystem::path directory)
        : scopes_{&scopes}, tasks_{&tasks}, directory_{std::move(directory)}
    {
    }

    // Before CONTAINER's payload starts: NETWORK_NAMESPACE is a path. Throws Failure{placement_failed}.
    async::Task<> raise(ContainerRef container, std::string network_namespace);
    // One more, while it runs.
    async::Task<> raise(ContainerRef container, Wire wire, std::string network_namespace,
                        placement::Placement::Present present);
    // When it has ended; when it is gone. In the background.
    void lower(const std::vector<Wire>& wires);
    void forget(const std::string& wire);
    void forget_all_but(const std::set<std::string>& wires);
    // Once those of an earlier run have gone: they keep its network namespace.
    async::Task<> gone(ContainerRef container);

    // What shows CONTAINER the Unix sockets of its wires.
    std::vector<oci::Mount> mounts(const Container& container) const;
    // wires/counters.hpp
    std::filesystem::path counters_of(const std::string& wire) const
    {
        return directory_of(wire) / "counters";
    }

  private:
    std::filesystem::path directory_of(const std::string& wire) const { return directory_ / wire; }
    async::Task<> stop(std::string wire);
    async::Task<> stop_units(std::string wire);

    placement::Placement* scopes_;
    async::TaskScope* tasks_;
    std::filesystem::path directory_;
    std::multiset<std::string> going_; // by ID
    async::Signal gone_;
};

// "slipway-wire@ID.socket" and the like.
std::string wire_unit(const std::string& wire, const char* suffix);

} // namespace slipway::engine
