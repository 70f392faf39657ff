// SPDX-License-Identifier: LGPL-2.1-or-later
// Placement: where containers' processes live, and who holds sockets and services for them: systemd
// (scope.hpp), or nobody but us, with plain cgroups (cgroup_placement.hpp). Chosen when the engine starts.
//
// A place is called by its unit: "slipway-web.scope", or below the cgroups' root "slipway/web".
#pragma once

#include "async/task.hpp"
#include "base/ip_address.hpp"
#include "base/time.hpp"
#include "placement/adopted.hpp"
#include "placement/service.hpp"
#include "placement/socket.hpp"
#include "placement/unit_property.hpp"

#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::placement {

struct ScopeRequest {
    std::string unit;
    std::string slice;
    std::string description;
    // Moved into the scope; stays what it is.
    pid_t pid = 0;
    // What `systemctl stop` sends to every process of the scope once no RequestStop comes: systemd forgets a
    // scope's controller as soon as its name leaves the bus, and an engine that is idle or was killed has
    // left.
    int stop_signal = 0;
    // From RequestStop, or from that signal, to systemd's own SIGKILL; can be set only now.
    Microseconds stop_timeout{};
    // "/dev/fuse rw" (DeviceAllow=, systemd.resource-control(5)), besides what every container needs; none:
    // devices are not restricted by the scope, for a container has only the nodes that it is given.
    std::vector<std::string> devices;
    std::map<std::string, std::uint64_t> limits; // "MemoryMax" and the like
    // IPAddressAllow= and IPAddressDeny=
    std::vector<IpPrefix> allowed_peers;
    std::vector<IpPrefix> denied_peers;
    std::vector<UnitProperty> properties;
};

class Placement {
  public:
    Placement() = default;
    Placement(const Placement&) = delete;
    Placement& operator=(const Placement&) = delete;
    Placement(Placement&&) = delete;
    Placement& operator=(Placement&&) = delete;
    virtual ~Placement() = default;

    // The unit of a container of ours in SLICE, where it is not that of systemd's; empty: it has none.
    virtual std::optional<std::string> own_unit(const std::string& container,
                                                const std::string& slice) const = 0;

    // Makes the scope and returns the path of its cgroup directory; empty: there is none. A unit of that name
    // that is just going is waited for. Throws Failure{placement_failed, timed_out, not_supported}.
    virtual async::Task<std::string> start(ScopeRequest request) = 0;
    // systemd's ActiveState; "inactive" for a unit that it does not know.
    virtual async::Task<std::string> active_state(std::string unit) const = 0;

    // Until the unit ends. Throws Failure{placement_failed, not_supported}.
    virtual async::Task<> set_limits(std::string unit, std::map<std::string, std::uint64_t> limits) = 0;
    // Returns when all its processes stand still; when they go on. Throws Failure{placement_failed}.
    virtual async::Task<> freeze(std::string unit) = 0;
    virtual async::Task<> thaw(std::string unit) = 0;
    // "running", "frozen", "freezing", "thawing"; of a unit that is not known "running".
    virtual async::Task<std::string> freezer_state(std::string unit) const = 0;
    // What an engine has left that died in freeze().
    virtual async::Task<> settle_freezer(std::string unit) = 0;

    // The service that PID is in, if it takes containers in (Delegate=yes).
    virtual async::Task<AdoptedUnit> find_adopting(pid_t pid) const = 0;
    // Gives that service what REQUEST says besides its unit, until it ends; returns the path of its cgroup
    // directory. Throws Failure{placement_failed}.
    virtual async::Task<std::string> adopt(AdoptedUnit adopted, ScopeRequest request) = 0;
    // It is as its own files say again. PROPERTIES: what it was given. Throws Failure{placement_failed}.
    virtual async::Task<> disown(std::string unit, std::vector<std::string> properties) const = 0;

    // Whether somebody starts services, for start_service(). Throws Failure{not_supported}, which says what
    // to do instead.
    virtual void check_services(const std::string& container) const = 0;
    // Until the service has started, which one of that name that has failed does not prevent. FILED: systemd
    // may have it from a file that says the same. Throws Failure{placement_failed}.
    enum class Filed { no, yes };
    virtual async::Task<> start_service(ServiceRequest request, Filed filed) = 0;
    // One that has failed is no longer kept for whoever looks for the reason.
    virtual async::Task<> reset_failed(std::string unit) const = 0;
    // Whether systemd has UNIT from a generator's file.
    virtual async::Task<bool> has_unit_of_generator(std::string unit) const = 0;
    // Generators are asked again too. Throws Failure{placement_failed}.
    virtual async::Task<> read_units_anew() const = 0;

    // A socket that is held until it is stopped, for the service of its name. Throws
    // Failure{placement_failed, timed_out, not_supported}.
    // One of that name that is there already: it stays, active; or it goes first.
    enum class Present { kept, replaced };
    virtual async::Task<> start_socket(SocketRequest request, Present present) = 0;
    // Until it has started, anew if it runs. Throws Failure{placement_failed, timed_out}.
    virtual async::Task<> restart_unit(std::string unit) = 0;
    // Until it has stopped. A unit that is not there is no matter. Throws Failure{placement_failed,
    // timed_out}.
    virtual async::Task<> stop_unit(std::string unit) = 0;

    // Units of containers' scopes that stand.
    virtual async::Task<std::vector<std::string>> list() = 0;
    // Ends UNIT if no process is in it and none will be. Nothing happens to any other.
    virtual async::Task<> end_if_empty(std::string unit) = 0;
};

// The names of the properties that REQUEST sets of a unit of systemd's.
std::vector<std::string> resource_names(const ScopeRequest& request);

// "slipway-NAME.scope".
std::string scope_name(const std::string& container);
// NAME of that and of "slipway/NAME"; empty for a unit of another kind.
std::string container_of(const std::string& unit);

} // namespace slipway::placement
