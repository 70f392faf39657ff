// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: containers as transient scopes of systemd (org.freedesktop.systemd1(5)), with delegated cgroups.
#pragma once

#include "async/event_loop.hpp"
#include "async/signal.hpp"
#include "async/task.hpp"
#include "bus/connection.hpp"
#include "placement/placement.hpp"
#include "placement/systemd.hpp"
#include "placement/unit_property.hpp"

#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::placement {

class Scopes : public Placement {
  public:
    // Hears of a unit that systemd asks us to stop (`systemctl stop`). Must not throw.
    using OnRequestStop = std::function<void(std::string unit)>;

    // Hears of each scope of a container that systemd has made, whoever asked for it. Must not throw.
    using OnMade = std::function<void(std::string unit)>;

    // SYSTEM outlives this. Listens from now on.
    Scopes(async::EventLoop& loop, const bus::Connection& system, OnRequestStop on_request_stop,
           OnMade on_made);

    std::optional<std::string> own_unit(const std::string&, const std::string&) const override
    {
        return std::nullopt;
    }
    async::Task<std::string> start(ScopeRequest request) override;
    async::Task<std::string> active_state(std::string unit) const override;
    async::Task<> set_limits(std::string unit, std::map<std::string, std::uint64_t> limits) override;
    async::Task<> freeze(std::string unit) override;
    async::Task<> settle_freezer(std::string unit) override;
    async::Task<> thaw(std::string unit) override;
    async::Task<std::string> freezer_state(std::string unit) const override;
    async::Task<AdoptedUnit> find_adopting(pid_t pid) const override;
    async::Task<std::string> adopt(AdoptedUnit adopted, ScopeRequest request) override;
    async::Task<> disown(std::string unit, std::vector<std::string> properties) const override;
    void check_services(const std::string&) const override {}
    async::Task<> start_service(ServiceRequest request, Filed filed) override;
    async::Task<> reset_failed(std::string unit) const override;
    async::Task<bool> has_unit_of_generator(std::string unit) const override;
    async::Task<> read_units_anew() const override;
    async::Task<> start_socket(SocketRequest request, Present present) override;
    async::Task<> restart_unit(std::string unit) override;
    async::Task<> stop_unit(std::string unit) override;
    async::Task<std::vector<std::string>> list() override;
    // A scope whose process was dead already when systemd took it in stays for ever (systemd 252 waits for a
    // change of cgroup.events that has been).
    async::Task<> end_if_empty(std::string unit) override;

  private:
    // Also of a unit that is not there, as it is then ("inactive").
    async::Task<std::string> property(std::string unit, std::string interface, std::string name) const;
    // Of its cgroup in the unified hierarchy; empty where it has none.
    async::Task<std::string> directory_of(std::string unit) const;
    async::Task<> call_for(std::string method, std::string unit) const;
    async::Task<> send(bus::Message call, std::string deed) const;
    async::Task<std::string> start_once(const ScopeRequest& request);
    enum class Aim { up, down };
    async::Task<> call_for_job(const char* method, std::string unit, Aim aim,
                               std::chrono::microseconds patience = job_patience);
    async::Task<bool> start_service_once(const ServiceRequest& request);
    async::Task<bool> start_socket_once(const SocketRequest& request);
    // Until a unit has gone, DEADLINE at most: then false.
    async::Task<bool> removal_before(std::chrono::steady_clock::time_point deadline);
    // The reply of systemd, which may execute itself anew meanwhile. Throws bus::RemoteFailure.
    async::Task<bus::Message> ask(bus::Message call) const;
    // CALL answers with a job, by which UNIT comes or goes; until that is over. Throws bus::RemoteFailure,
    // Failure{placement_failed}.
    async::Task<> run_job(bus::Message call, std::string unit, Aim aim);
    // "done", or what else became of it. SEEN: of returns_, before the job was asked for.
    async::Task<std::string> end_of_job(std::string job, std::string unit, Aim aim, int seen);
    async::Task<bool> has_job(std::string job) const;
    // Whether UNIT starts or has started, when the job that it has is over.
    async::Task<bool> has_begun(std::string unit);
    // Until METHOD has brought UNIT's freezer to STATE.
    async::Task<> bring_to(std::string state, const char* method, std::string unit);
    void subscribe() const;
    void see_owner(bus::Message signal);
    void remember_job(bus::Message signal);
    struct InFlight;

    async::EventLoop* loop_;
    const bus::Connection* system_;
    OnRequestStop on_request_stop_;
    OnMade on_made_;
    int returns_ = 0; // how often systemd has come back to the bus
    int starts_in_flight_ = 0;
    std::map<std::string, std::string> finished_jobs_; // path to result, while a start is in flight
    async::Signal job_finished_;
    async::Signal unit_removed_;
    bus::Slot owner_slot_;
    bus::Slot job_slot_;
    bus::Slot removed_slot_;
    bus::Slot stop_slot_;
};

// DeviceAllow= and the like, limits, and whom it may speak with, as properties of a unit.
void append_resources(bus::Message& call, const ScopeRequest& request);

} // namespace slipway::placement
