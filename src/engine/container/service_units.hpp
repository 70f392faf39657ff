// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceUnits: the services that keep containers with a restart policy: systemd has them now, and finds the
// files of those that boots start after a reboot (slipway-generator).
#pragma once

#include "engine/container/container.hpp"
#include "placement/placement.hpp"

#include <filesystem>
#include <vector>

namespace slipway::engine {

class ServiceUnits {
  public:
    // FILES: /var/lib/slipway/units. SCOPES outlive this.
    ServiceUnits(placement::Placement& scopes, std::filesystem::path files, Whose whose)
        : scopes_{&scopes}, files_{std::move(files)}, whose_{whose}
    {
    }

    // Until CONTAINER's service is ready, which its payload may take its time for. Throws
    // Failure{placement_failed, io_error}.
    async::Task<> start(ContainerRef container);
    // Until UNIT has stopped: nothing starts it anew before somebody asks for that.
    async::Task<> stop(std::string unit);
    // Somebody has stopped CONTAINER: the next boot leaves one alone that is to run unless it was stopped.
    void forget_boot(const Container& container) const;
    // CONTAINER is removed.
    async::Task<> forget(ContainerRef container);
    // Whether systemd runs the service of CONTAINER's policy, or is about to start that anew or the one that
    // it ran in.
    async::Task<bool> is_kept(ContainerRef container) const;
    // What becomes of the service UNIT, whose payload has ended; one that is just stopping may be restarted.
    enum class Prospect { none, open, restart };
    async::Task<Prospect> prospect_of(std::string unit) const;
    // At an engine's start: no file of a container that is not there, and none of a policy that boots ignore.
    void settle(const std::vector<ContainerRef>& containers) const;

  private:
    std::filesystem::path file_of(const Container& container) const;

    placement::Placement* scopes_;
    std::filesystem::path files_;
    Whose whose_;
};

} // namespace slipway::engine
