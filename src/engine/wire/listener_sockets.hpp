// SPDX-License-Identifier: LGPL-2.1-or-later
// ListenerSockets: the sockets that containers are started by, from a container's making to its removal, and
// from boot on: systemd has them now, and finds their files after a reboot (slipway-generator).
#pragma once

#include "async/worker.hpp"
#include "engine/container/container.hpp"
#include "engine/wire/listener.hpp"
#include "placement/placement.hpp"

#include <filesystem>

namespace slipway::engine {

class ListenerSockets {
  public:
    // FILES: /var/lib/slipway/units. SCOPES and WORKERS outlive this.
    ListenerSockets(placement::Placement& scopes, async::Workers& workers, std::filesystem::path files)
        : scopes_{&scopes}, workers_{&workers}, files_{std::move(files)}
    {
    }

    // Throws Failure{placement_failed, port_taken}, and then there is none of them.
    async::Task<> raise(ContainerRef container);
    async::Task<> forget(ContainerRef container);
    // Has systemd start CONTAINER with its sockets, or start it anew. Throws Failure{placement_failed}.
    async::Task<> activate(ContainerRef container);
    // At an engine's start: those of all CONTAINERS are there, and no others. Throws Failure.
    async::Task<> settle(std::vector<ContainerRef> containers);

  private:
    async::Task<> start(placement::SocketRequest request, placement::Placement::Present present);
    async::Task<> remove(std::string unit);

    placement::Placement* scopes_;
    async::Workers* workers_;
    std::filesystem::path files_;
};

} // namespace slipway::engine
