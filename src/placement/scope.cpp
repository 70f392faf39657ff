// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: StartTransientUnit, the end of its job, RequestStop.
#include "placement/scope.hpp"

#include "async/timer.hpp"
#include "base/file.hpp"
#include "placement/cgroup_path.hpp"
#include "placement/systemd.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace slipway::placement {

namespace {

// Where PID is now (cgroups(7)): the scope's path; empty while systemd has not moved it there.
std::string find_cgroup_of(pid_t pid, const std::string& unit)
{
    return scope_directory(read_file("/proc/" + std::to_string(pid) + "/cgroup"), unit,
                           ::access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0 ? Layout::unified
                                                                              : Layout::old);
}

std::string cgroup_of(pid_t pid, const std::string& unit)
{
    std::string found = find_cgroup_of(pid, unit);
    if (found.empty())
        throw Failure{ErrorCode::placement_failed,
                      "systemd reports " + unit + " as started, but the monitor is not in its cgroup"};
    return found;
}

// "closed" allows null, zero, full, random and urandom; terminals besides.
void append_devices(bus::Message& call, const std::vector<std::string>& devices)
{
    if (devices.empty())
        return;
    call.append("(sv)", "DevicePolicy", "s", "closed");
    call.open('r', "sv").append("s", "DeviceAllow").open('v', "a(ss)").open('a', "(ss)");
    for (const char* const terminal : {"char-pts", "/dev/ptmx", "/dev/tty"})
        call.append("(ss)", terminal, "rwm");
    for (const std::string& rule : devices) {
        const std::size_t blank = rule.rfind(' ');
        call.append("(ss)", rule.substr(0, blank).c_str(), rule.substr(blank + 1).c_str());
    }
    call.close().close().close();
}

void append_limits(bus::Message& call, const std::map<std::string, std::uint64_t>& limits)
{
    for (const auto& [name, value] : limits)
        call.append("(sv)", name.c_str(), "t", value);
}

void append_peers(bus::Message& call, const char* property, const std::vector<IpPrefix>& peers)
{
    if (peers.empty())
        return;
    call.open('r', "sv").append("s", property).open('v', "a(iayu)").open('a', "(iayu)");
    for (const IpPrefix& peer : peers) {
        const std::span<const std::uint8_t> bytes = peer.address().bytes();
        call.open('r', "iayu").append("i", peer.address().is_v4() ? AF_INET : AF_INET6);
        check_negative(sd_bus_message_append_array(call.bare(), 'y', bytes.data(), bytes.size()),
                       "write an address");
        call.append("u", static_cast<std::uint32_t>(peer.length())).close();
    }
    call.close().close().close();
}

} // namespace

void append_resources(bus::Message& call, const ScopeRequest& request)
{
    append_devices(call, request.devices);
    append_limits(call, request.limits);
    append_peers(call, "IPAddressAllow", request.allowed_peers);
    append_peers(call, "IPAddressDeny", request.denied_peers);
    for (const UnitProperty& property : request.properties)
        append(call, property);
}

std::vector<std::string> resource_names(const ScopeRequest& request)
{
    std::vector<std::string> names{"DevicePolicy", "DeviceAllow", "IPAddressAllow", "IPAddressDeny"};
    for (const auto& [name, value] : request.limits)
        names.push_back(name);
    for (const UnitProperty& property : request.properties)
        names.push_back(property.key);
    return names;
}

std::string scope_name(const std::string& container)
{
    return "slipway-" + container + ".scope";
}

std::string container_of(const std::string& unit)
{
    constexpr std::string_view prefix = "slipway-";
    constexpr std::string_view suffix = ".scope";
    if (unit.starts_with("slipway/"))
        return unit.substr(unit.rfind('/') + 1);
    if (!unit.starts_with(prefix) || !unit.ends_with(suffix) || unit.size() <= prefix.size() + suffix.size())
        return {};
    return unit.substr(prefix.size(), unit.size() - prefix.size() - suffix.size());
}

Scopes::Scopes(async::EventLoop& loop, const bus::Connection& system, OnRequestStop on_request_stop,
               OnMade on_made)
    : loop_{&loop}, system_{&system}, on_request_stop_{std::move(on_request_stop)}, on_made_{
                                                                                        std::move(on_made)}
{
    owner_slot_ =
        system_->match_owner(systemd, [this](bus::Message signal) { see_owner(std::move(signal)); });
    subscribe();
    job_slot_ = system_->match_signal(systemd, manager_path, manager, "JobRemoved",
                                      [this](bus::Message signal) { remember_job(std::move(signal)); });
    removed_slot_ = system_->match_signal(systemd, manager_path, manager, "UnitRemoved",
                                          [this](const bus::Message&) { unit_removed_.notify(); });
    stop_slot_ = system_->match_signal(
        systemd, "", "org.freedesktop.systemd1.Scope", "RequestStop", [this](const bus::Message& signal) {
            char* unit = nullptr;
            if (sd_bus_path_decode(signal.path().c_str(), "/org/freedesktop/systemd1/unit", &unit) <= 0)
                return;
            const std::string name{unit};
            ::free(unit); // NOLINT: libsystemd allocates with malloc
            on_request_stop_(name);
        });
}

async::Task<std::string> Scopes::start_once(const ScopeRequest& request)
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "StartTransientUnit");
    call.append("ss", request.unit.c_str(), "fail");
    call.open('a', "(sv)");
    call.append("(sv)", "Description", "s", request.description.c_str());
    call.append("(sv)", "Slice", "s", request.slice.c_str());
    call.append("(sv)", "Delegate", "b", 1);
    call.append("(sv)", "PIDs", "au", 1, static_cast<std::uint32_t>(request.pid));
    call.append("(sv)", "Controller", "s", "org.slipway.Engine1");
    call.append("(sv)", "KillSignal", "i", request.stop_signal);
    call.append("(sv)", "CollectMode", "s", "inactive-or-failed");
    call.append("(sv)", "TimeoutStopUSec", "t", static_cast<std::uint64_t>(request.stop_timeout.count()));
    append_resources(call, request);
    call.close();
    call.append("a(sa(sv))", 0);

    async::Task<> job = run_job(std::move(call), request.unit, Aim::up);
    co_await job;
    co_return cgroup_of(request.pid, request.unit);
}

async::Task<bool> Scopes::removal_before(std::chrono::steady_clock::time_point deadline)
{
    const auto left =
        std::chrono::duration_cast<async::Duration>(deadline - std::chrono::steady_clock::now());
    if (left <= async::Duration::zero())
        co_return false;
    const auto wait_for_removal = [](Scopes* self) -> async::Task<> { co_await self->unit_removed_.next(); };
    async::Task<> removal = wait_for_removal(this);
    try {
        co_await async::within(*loop_, left, std::move(removal));
    } catch (const Failure&) {
        co_return false;
    }
    co_return true;
}

namespace {

constexpr const char* transaction_is_destructive = "org.freedesktop.systemd1.TransactionIsDestructive";

} // namespace

async::Task<std::string> Scopes::start(ScopeRequest request)
{
    const auto begin = std::chrono::steady_clock::now();
    const int seen = returns_;
    bool has_looked = false;
    for (;;) {
        bool is_slice_going = false;
        try {
            async::Task<std::string> attempt = start_once(request);
            const std::string cgroup = co_await async::within(*loop_, job_patience, std::move(attempt));
            co_return cgroup;
        } catch (const bus::RemoteFailure& refused) {
            is_slice_going = refused.name() == transaction_is_destructive &&
                             std::chrono::steady_clock::now() - begin < going_patience;
            if (refused.name() != unit_exists && !is_slice_going)
                throw Failure{ErrorCode::placement_failed,
                              "systemd refuses " + request.unit + ": " + refused.message()};
        }
        // It may have been made by a call whose answer was lost.
        if (!is_slice_going && returns_ != seen && co_await has_begun(request.unit))
            if (std::string cgroup = find_cgroup_of(request.pid, request.unit); !cgroup.empty())
                co_return cgroup;
        // The scope of the container's last run is still going, or the slice of the last container that was
        // in it: their removal is a matter of milliseconds.
        async::Task<bool> waiting =
            removal_before(begin + (is_slice_going || has_looked ? going_patience : usual_patience));
        if (co_await waiting || is_slice_going)
            continue;
        if (has_looked)
            throw Failure{ErrorCode::placement_failed, "the unit " + request.unit +
                                                           " exists already and is not going (see systemctl "
                                                           "status " +
                                                           request.unit + ")"};
        // An engine has been killed in the midst of such a start, and nobody lives in what it asked for.
        has_looked = true;
        async::Task<> ending = end_if_empty(request.unit);
        try {
            co_await ending;
        } catch (const Failure&) {
            continue; // it has gone by itself
        }
    }
}

async::Task<std::string> Scopes::property(std::string unit, std::string interface, std::string name) const
{
    bus::Message call =
        system_->make_call(systemd, unit_path(unit), "org.freedesktop.DBus.Properties", "Get");
    call.append("ss", interface.c_str(), name.c_str());
    bus::Message reply = co_await ask(std::move(call));
    const char* value = nullptr;
    reply.read("v", "s", &value);
    co_return std::string{value};
}

async::Task<std::string> Scopes::active_state(std::string unit) const
{
    return property(std::move(unit), "org.freedesktop.systemd1.Unit", "ActiveState");
}

async::Task<> Scopes::send(bus::Message call, std::string deed) const
{
    std::string refusal;
    try {
        bus::Message reply = co_await ask(std::move(call));
    } catch (const bus::RemoteFailure& refused) {
        refusal = refused.message();
    }
    if (!refusal.empty())
        throw Failure{ErrorCode::placement_failed, "systemd refuses " + deed + ": " + refusal};
}

async::Task<> Scopes::call_for(std::string method, std::string unit) const
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, method.c_str());
    call.append("s", unit.c_str());
    return send(std::move(call), method + " of " + unit);
}

async::Task<> Scopes::set_limits(std::string unit, std::map<std::string, std::uint64_t> limits)
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "SetUnitProperties");
    call.append("sb", unit.c_str(), 1);
    call.open('a', "(sv)");
    append_limits(call, limits);
    call.close();
    return send(std::move(call), "the limits of " + unit);
}

} // namespace slipway::placement
