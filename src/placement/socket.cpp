// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: transient sockets, which systemd holds whoever lives or dies.
#include "placement/socket.hpp"

#include "async/timer.hpp"
#include "placement/scope.hpp"
#include "placement/systemd.hpp"

namespace slipway::placement {

namespace {

constexpr std::chrono::milliseconds forgetting_patience{500};

} // namespace

// "%" begins a specifier (systemd.unit(5)).
std::string unit_text(const SocketRequest& request)
{
    const auto escaped = [](const std::string& text) {
        std::string result;
        for (const char c : text)
            result += c == '%' ? std::string{"%%"} : std::string{c};
        return result;
    };
    std::string text =
        "# Written by slipwayd.\n[Unit]\nDescription=" + escaped(request.description) + "\n[Socket]\n";
    for (const SocketRequest::Listen& listen : request.listens)
        text += "Listen" + listen.kind + '=' + escaped(listen.address) + '\n';
    if (!request.network_namespace.empty())
        text += "NetworkNamespacePath=" + escaped(request.network_namespace) + '\n';
    if (request.binds_freely)
        text += "FreeBind=yes\n";
    if (request.receive_buffer != 0)
        text += "ReceiveBuffer=" + std::to_string(request.receive_buffer) + '\n';
    return text + "RemoveOnStop=yes\nTriggerLimitIntervalSec=0\n";
}

// False where there is one of that name.
async::Task<bool> Scopes::start_socket_once(const SocketRequest& request)
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "StartTransientUnit");
    call.append("ss", request.unit.c_str(), "fail");
    call.open('a', "(sv)");
    call.append("(sv)", "Description", "s", request.description.c_str());
    call.append("(sv)", "CollectMode", "s", "inactive-or-failed");
    call.append("(sv)", "RemoveOnStop", "b", 1);
    // However many come at once: whoever is started takes what waits, also where it can only refuse.
    call.append("(sv)", "TriggerLimitIntervalUSec", "t", std::uint64_t{0});
    if (request.binds_freely)
        call.append("(sv)", "FreeBind", "b", 1);
    if (request.receive_buffer != 0)
        call.append("(sv)", "ReceiveBuffer", "t", std::uint64_t{request.receive_buffer});
    if (!request.network_namespace.empty())
        call.append("(sv)", "NetworkNamespacePath", "s", request.network_namespace.c_str());
    call.open('r', "sv").append("s", "Listen").open('v', "a(ss)").open('a', "(ss)");
    for (const SocketRequest::Listen& listen : request.listens)
        call.append("(ss)", listen.kind.c_str(), listen.address.c_str());
    call.close().close().close();
    call.close();
    call.append("a(sa(sv))", 0);
    std::string refusal;
    try {
        async::Task<> job = run_job(std::move(call), request.unit, Aim::up);
        co_await async::within(*loop_, job_patience, std::move(job));
        co_return true;
    } catch (const bus::RemoteFailure& refused) {
        if (refused.name() == unit_exists)
            co_return false;
        refusal = refused.message();
    }
    throw Failure{ErrorCode::placement_failed, "systemd refuses " + request.unit + ": " + refusal};
}

async::Task<> Scopes::start_socket(SocketRequest request, Present present)
{
    const auto begin = std::chrono::steady_clock::now();
    bool has_reloaded = false;
    for (;;) {
        async::Task<bool> attempt = start_socket_once(request);
        if (co_await attempt)
            co_return;
        if (present == Present::kept) {
            async::Task<> starting = call_for_job("StartUnit", request.unit, Aim::up);
            co_await starting;
            co_return;
        }
        async::Task<> stopping = stop_unit(request.unit);
        co_await stopping;
        // systemd forgets it a moment later, or has done so by now.
        async::Task<bool> waiting = removal_before(std::chrono::steady_clock::now() + forgetting_pause);
        co_await waiting;
        const auto passed = std::chrono::steady_clock::now() - begin;
        // But for one that others want, as generators have said when they were last asked.
        if (!has_reloaded && passed > forgetting_patience) {
            has_reloaded = true;
            async::Task<> asking = read_units_anew();
            co_await asking;
        }
        if (passed > going_patience)
            throw Failure{ErrorCode::placement_failed, "the unit " + request.unit +
                                                           " does not go (see systemctl status " +
                                                           request.unit + ")"};
    }
}

// Until METHOD's job for UNIT is done.
async::Task<> Scopes::call_for_job(const char* method, std::string unit, Aim aim,
                                   std::chrono::microseconds patience)
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, method);
    call.append("ss", unit.c_str(), "replace");
    std::string refusal;
    try {
        async::Task<> job = run_job(std::move(call), unit, aim);
        co_await async::within(*loop_, patience, std::move(job));
    } catch (const bus::RemoteFailure& refused) {
        if (refused.name() != "org.freedesktop.systemd1.NoSuchUnit" || std::string_view{method} != "StopUnit")
            refusal = refused.message();
    }
    if (!refusal.empty())
        throw Failure{ErrorCode::placement_failed,
                      std::string{"systemd refuses "} + method + " of " + unit + ": " + refusal};
}

async::Task<> Scopes::restart_unit(std::string unit)
{
    return call_for_job("RestartUnit", std::move(unit), Aim::up);
}

async::Task<> Scopes::stop_unit(std::string unit)
{
    return call_for_job("StopUnit", std::move(unit), Aim::down);
}

} // namespace slipway::placement
