// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: containers as transient scopes of systemd (org.freedesktop.systemd1(5)), with delegated cgroups.
#pragma once

#include "async/event_loop.hpp"
#include "async/signal.hpp"
#include "async/task.hpp"
#include "base/ip_address.hpp"
#include "base/time.hpp"
#include "bus/connection.hpp"
#include "placement/adopted.hpp"
#include "placement/service.hpp"
#include "placement/socket.hpp"
#include "placement/systemd.hpp"
#include "placement/unit_property.hpp"

#include <functional>
#include <map>
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

class Scopes {
  public:
    // Hears of a unit that systemd asks us to stop (`systemctl stop`). Must not throw.
    using OnRequestStop = std::function<void(std::string unit)>;

    // Hears of each scope of a container that systemd has made, whoever asked for it. Must not throw.
    using OnMade = std::function<void(std::string unit)>;

    // SYSTEM outlives this. Listens from now on.
    Scopes(async::EventLoop& loop, const bus::Connection& system, OnRequestStop on_request_stop,
           OnMade on_made);

    // Makes the scope and returns the path of its cgroup directory. A unit of that name that is just going is
    // waited for. Throws Failure{placement_failed, timed_out}.
    async::Task<std::string> start(ScopeRequest request);
    // systemd's ActiveState; "inactive" for a unit that it does not know.
    async::Task<std::string> active_state(std::string unit) const;

    // Until the unit ends. Throws Failure{placement_failed}.
    async::Task<> set_limits(std::string unit, std::map<std::string, std::uint64_t> limits) const;
    // Returns when all its processes stand still; when they go on. Throws Failure{placement_failed}.
    async::Task<> freeze(std::string unit) const;
    async::Task<> thaw(std::string unit) const;
    // "running", "frozen", "freezing", "thawing"; of a unit that systemd does not know "running".
    async::Task<std::string> freezer_state(std::string unit) const;

    // The service that PID is in, if it takes containers in (Delegate=yes).
    async::Task<AdoptedUnit> find_adopting(pid_t pid) const;
    // Gives that service what REQUEST says besides its unit, until it ends; returns the path of its cgroup
    // directory. Throws Failure{placement_failed}.
    async::Task<std::string> adopt(AdoptedUnit adopted, ScopeRequest request);
    // It is as its own files say again. PROPERTIES: what it was given. Throws Failure{placement_failed}.
    async::Task<> disown(std::string unit, std::vector<std::string> properties) const;

    // Until the service has started, which one of that name that has failed does not prevent. FILED: systemd
    // may have it from a file that says the same. Throws Failure{placement_failed}.
    enum class Filed { no, yes };
    async::Task<> start_service(ServiceRequest request, Filed filed);
    // Whether systemd has UNIT from a generator's file.
    async::Task<bool> has_unit_of_generator(std::string unit) const;
    // Generators are asked again too. Throws Failure{placement_failed}.
    async::Task<> read_units_anew() const;

    // A socket that systemd holds until it is stopped, for the service of its name. Throws
    // Failure{placement_failed, timed_out}.
    // One of that name that is there already: it stays, active; or it goes first.
    enum class Present { kept, replaced };
    async::Task<> start_socket(SocketRequest request, Present present);
    // Until it has started, anew if it runs. Throws Failure{placement_failed, timed_out}.
    async::Task<> restart_unit(std::string unit);
    // Until it has stopped. A unit that is not there is no matter. Throws Failure{placement_failed,
    // timed_out}.
    async::Task<> stop_unit(std::string unit);

    // Units of containers' scopes that stand.
    async::Task<std::vector<std::string>> list() const;
    // Ends UNIT if no process is in it and none will be: a scope whose process was dead already when systemd
    // took it in stays for ever (systemd 252 waits for a change of cgroup.events that has been). Nothing
    // happens to any other.
    async::Task<> end_if_empty(std::string unit) const;

  private:
    async::Task<std::string> property(std::string unit, std::string interface, std::string name) const;
    async::Task<> call_for(std::string method, std::string unit) const;
    async::Task<> send(bus::Message call, std::string deed) const;
    async::Task<std::string> start_once(const ScopeRequest& request);
    async::Task<> call_for_job(const char* method, std::string unit,
                               std::chrono::microseconds patience = job_patience);
    async::Task<bool> start_service_once(const ServiceRequest& request);
    async::Task<bool> start_socket_once(const SocketRequest& request);
    // Until a unit has gone, DEADLINE at most: then false.
    async::Task<bool> removal_before(std::chrono::steady_clock::time_point deadline);
    // CALL answers with a job; until that is over. Throws bus::RemoteFailure, Failure{placement_failed}.
    async::Task<> run_job(bus::Message call, std::string unit);
    void remember_job(bus::Message signal);

    async::EventLoop* loop_;
    const bus::Connection* system_;
    OnRequestStop on_request_stop_;
    OnMade on_made_;
    int starts_in_flight_ = 0;
    std::map<std::string, std::string> finished_jobs_; // path to result, while a start is in flight
    async::Signal job_finished_;
    async::Signal unit_removed_;
    bus::Slot job_slot_;
    bus::Slot removed_slot_;
    bus::Slot stop_slot_;
};

// DeviceAllow= and the like, limits, and whom it may speak with, as properties of a unit.
void append_resources(bus::Message& call, const ScopeRequest& request);

// The names of what append_resources() sets.
std::vector<std::string> resource_names(const ScopeRequest& request);

// "slipway-NAME.scope".
std::string scope_name(const std::string& container);
// NAME; empty for a unit of another kind.
std::string container_of(const std::string& unit);

} // namespace slipway::placement
