// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: jobs of systemd's, awaited by their JobRemoved.
//
// systemd may execute itself anew at any moment (systemctl daemon-reexec). It keeps its units and jobs, but
// is not on the bus meanwhile: calls are lost (bus/returning.hpp), and so are the signals of what ends just
// then. When its name comes back, whoever waits for a job asks whether it stands, and for one that does not
// looks at the unit.
#include "bus/returning.hpp"
#include "placement/scope.hpp"

namespace slipway::placement {

namespace {

constexpr const char* done = "done";

} // namespace

void Scopes::subscribe() const
{
    // systemd sends its job signals only to those who subscribed.
    system_->send(system_->make_call(systemd, manager_path, manager, "Subscribe"));
}

void Scopes::see_owner(bus::Message signal)
{
    const char* owner = nullptr;
    if (sd_bus_message_read(signal.bare(), "sss", nullptr, nullptr, &owner) <= 0 || *owner == '\0')
        return;
    subscribe();
    ++returns_;
    job_finished_.notify();
    unit_removed_.notify();
}

void Scopes::remember_job(bus::Message signal)
{
    std::uint32_t id = 0;
    const char* job = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (sd_bus_message_read(signal.bare(), "uoss", &id, &job, &unit, &result) <= 0)
        return;
    if (starts_in_flight_ > 0) {
        finished_jobs_[job] = result;
        job_finished_.notify();
    }
    if (std::string_view{result} == done && !container_of(unit).empty())
        on_made_(unit);
}

async::Task<bus::Message> Scopes::ask(bus::Message call) const
{
    return bus::call_returning(*loop_, *system_, std::move(call));
}

async::Task<bool> Scopes::has_job(std::string job) const
{
    bus::Message call = system_->make_call(systemd, job, "org.freedesktop.DBus.Properties", "Get");
    call.append("ss", "org.freedesktop.systemd1.Job", "State");
    try {
        bus::Message reply = co_await ask(std::move(call));
        co_return true;
    } catch (const bus::RemoteFailure&) {
        co_return false;
    }
}

async::Task<std::string> Scopes::end_of_job(std::string job, std::string unit, Aim aim, int seen)
{
    while (!finished_jobs_.contains(job)) {
        if (seen == returns_) {
            co_await job_finished_.next();
            continue;
        }
        seen = returns_;
        const bool stands = co_await has_job(job);
        if (stands || finished_jobs_.contains(job))
            continue;
        const std::string state = co_await active_state(unit);
        const bool is_up = state == "active" || state == "reloading";
        const bool is_down = state == "inactive" || state == "failed";
        co_return (aim == Aim::up ? is_up : is_down) ? done : state;
    }
    co_return finished_jobs_.at(job);
}

struct Scopes::InFlight {
    Scopes* scopes;
    explicit InFlight(Scopes* of) : scopes{of} { ++scopes->starts_in_flight_; }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    InFlight(InFlight&&) = delete;
    InFlight& operator=(InFlight&&) = delete;
    ~InFlight()
    {
        if (--scopes->starts_in_flight_ == 0)
            scopes->finished_jobs_.clear();
    }
};

async::Task<> Scopes::run_job(bus::Message call, std::string unit, Aim aim)
{
    const InFlight in_flight{this};
    const int seen = returns_;
    bus::Message reply = co_await ask(std::move(call));
    const char* path = nullptr;
    reply.read("o", &path);
    const std::string result = co_await end_of_job(path, unit, aim, seen);
    if (result != done)
        throw Failure{ErrorCode::placement_failed, "systemd could not do what was asked of " + unit +
                                                       " (job result: " + result + "; see systemctl status " +
                                                       unit + ")"};
}

async::Task<bool> Scopes::has_begun(std::string unit)
{
    const InFlight in_flight{this};
    const int seen = returns_;
    bus::Message call =
        system_->make_call(systemd, unit_path(unit), "org.freedesktop.DBus.Properties", "Get");
    call.append("ss", "org.freedesktop.systemd1.Unit", "Job");
    bus::Message reply = co_await ask(std::move(call));
    std::uint32_t id = 0;
    const char* path = nullptr;
    reply.read("v", "(uo)", &id, &path);
    if (id != 0)
        co_await end_of_job(path, unit, Aim::up, seen);
    const std::string state = co_await active_state(unit);
    co_return state == "active" || state == "activating" || state == "reloading";
}

} // namespace slipway::placement
