// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: transient services that keep containers.
#include "placement/service.hpp"

#include "async/timer.hpp"
#include "placement/scope.hpp"
#include "placement/systemd.hpp"

#include <fmt/format.h>

namespace slipway::placement {

namespace {

constexpr std::chrono::milliseconds failed_patience{300};

// A word of ExecStart= (systemd.service(5), "Command lines"): no specifier, no variable.
std::string quoted(const std::string& word)
{
    std::string result = "\"";
    for (const char c : word) {
        if (c == '"' || c == '\\')
            result += '\\';
        if (c == '%' || c == '$')
            result += c;
        result += c;
    }
    return result + '"';
}

} // namespace

std::string service_name(const std::string& container)
{
    return "slipway-" + container + ".service";
}

std::string unit_text(const ServiceRequest& request)
{
    std::string command;
    for (const std::string& word : request.command)
        command += (command.empty() ? "" : " ") + quoted(word);
    std::string limit = "StartLimitIntervalSec=0\n";
    if (request.burst != 0)
        limit = fmt::format("StartLimitIntervalSec={}us\nStartLimitBurst={}\n", request.interval.count(),
                            request.burst);
    std::string of_unit;
    std::string of_service;
    for (const std::string& property : request.properties)
        (section_of(property) == Section::unit ? of_unit : of_service) += property + '\n';
    return fmt::format("# Written by slipwayd.\n"
                       "[Unit]\n"
                       "Description={}\n"
                       "Documentation=man:slipway(1)\n"
                       "Wants=network-online.target\n"
                       "After=network-online.target slipwayd.socket\n"
                       "{}{}"
                       "[Service]\n"
                       "Type=notify\n"
                       "NotifyAccess=main\n"
                       "ExecStart={}\n"
                       "Restart={}\n"
                       "RestartSec={}us\n"
                       "Slice={}\n"
                       "Delegate=yes\n"
                       "KillMode=mixed\n"
                       "OOMPolicy=continue\n"
                       "TimeoutStartSec=infinity\n"
                       "TimeoutStopSec={}us\n"
                       "{}",
                       request.description, limit, of_unit, command, request.restart,
                       request.restart_delay.count(), request.slice, request.stop_timeout.count(),
                       of_service);
}

// False where there is one of that name.
async::Task<bool> Scopes::start_service_once(const ServiceRequest& request)
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "StartTransientUnit");
    call.append("ss", request.unit.c_str(), "replace");
    call.open('a', "(sv)");
    call.append("(sv)", "Description", "s", request.description.c_str());
    call.append("(sv)", "Slice", "s", request.slice.c_str());
    call.append("(sv)", "Type", "s", "notify");
    call.append("(sv)", "NotifyAccess", "s", "main");
    call.append("(sv)", "Restart", "s", request.restart.c_str());
    call.append("(sv)", "RestartUSec", "t", static_cast<std::uint64_t>(request.restart_delay.count()));
    call.append("(sv)", "StartLimitIntervalUSec", "t",
                static_cast<std::uint64_t>(request.burst == 0 ? 0 : request.interval.count()));
    if (request.burst != 0)
        call.append("(sv)", "StartLimitBurst", "u", request.burst);
    call.append("(sv)", "Delegate", "b", 1);
    call.append("(sv)", "KillMode", "s", "mixed");
    call.append("(sv)", "OOMPolicy", "s", "continue");
    call.append("(sv)", "TimeoutStartUSec", "t", UINT64_MAX);
    call.append("(sv)", "TimeoutStopUSec", "t", static_cast<std::uint64_t>(request.stop_timeout.count()));
    call.open('r', "sv").append("s", "ExecStart").open('v', "a(sasb)").open('a', "(sasb)");
    call.open('r', "sasb").append("s", request.command.front().c_str()).open('a', "s");
    for (const std::string& word : request.command)
        call.append("s", word.c_str());
    call.close().append("b", 0).close();
    call.close().close().close();
    for (const std::string& property : request.properties)
        append(call, parse_unit_property(property));
    call.close();
    call.append("a(sa(sv))", 0);
    std::string refusal;
    try {
        async::Task<> job = run_job(std::move(call), request.unit, Aim::up);
        co_await job;
        co_return true;
    } catch (const bus::RemoteFailure& refused) {
        if (refused.name() == unit_exists)
            co_return false;
        refusal = refused.message();
    }
    throw Failure{ErrorCode::placement_failed, "systemd refuses " + request.unit + ": " + refusal};
}

async::Task<> Scopes::start_service(ServiceRequest request, Filed filed)
{
    const auto begin = std::chrono::steady_clock::now();
    const int seen = returns_;
    bool has_reloaded = false;
    for (;;) {
        // One that has failed is kept for whoever looks for the reason; this start is to count anew.
        async::Task<> resetting = reset_failed(request.unit);
        co_await resetting;
        async::Task<bool> attempt = start_service_once(request);
        if (co_await attempt)
            co_return;
        // It may have been made by a call whose answer was lost.
        if (returns_ != seen && co_await has_begun(request.unit))
            co_return;
        async::Task<bool> waiting = removal_before(std::chrono::steady_clock::now() + forgetting_pause);
        if (co_await waiting)
            continue;
        const auto passed = std::chrono::steady_clock::now() - begin;
        if (passed > failed_patience && filed == Filed::yes)
            break;
        // Of a container of that name that is gone; targets of the last boot still want it.
        if (passed > failed_patience && !has_reloaded) {
            has_reloaded = true;
            async::Task<> reading = read_units_anew();
            co_await reading;
        }
        if (passed > going_patience)
            throw Failure{ErrorCode::placement_failed, "the unit " + request.unit +
                                                           " does not go (see systemctl status " +
                                                           request.unit + ")"};
    }
    // systemd has it from a file, since the last boot.
    async::Task<> starting = call_for_job("StartUnit", request.unit, Aim::up, job_no_patience);
    co_await starting;
}

async::Task<> Scopes::reset_failed(std::string unit) const
{
    try {
        bus::Message call = system_->make_call(systemd, manager_path, manager, "ResetFailedUnit");
        call.append("s", unit.c_str());
        bus::Message reply = co_await ask(std::move(call));
    } catch (const bus::RemoteFailure&) { // NOLINT(bugprone-empty-catch)
        // It has not failed, or has gone by now.
    }
}

async::Task<bool> Scopes::has_unit_of_generator(std::string unit) const
{
    try {
        const std::string file =
            co_await property(std::move(unit), "org.freedesktop.systemd1.Unit", "FragmentPath");
        co_return file.find("/generator") != std::string::npos;
    } catch (const bus::RemoteFailure&) {
        co_return false;
    }
}

async::Task<> Scopes::read_units_anew() const
{
    return send(system_->make_call(systemd, manager_path, manager, "Reload"), "to read its units anew");
}

} // namespace slipway::placement
