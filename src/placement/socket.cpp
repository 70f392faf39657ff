// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: transient sockets (systemd.socket(5)), which systemd holds whoever lives or dies.
#include "async/timer.hpp"
#include "placement/scope.hpp"
#include "placement/systemd.hpp"

namespace slipway::placement {

async::Task<> Scopes::start_socket(SocketRequest request)
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "StartTransientUnit");
    call.append("ss", request.unit.c_str(), "fail");
    call.open('a', "(sv)");
    call.append("(sv)", "Description", "s", request.description.c_str());
    call.append("(sv)", "CollectMode", "s", "inactive-or-failed");
    // The address may come after the socket, and go before it.
    call.append("(sv)", "FreeBind", "b", 1);
    call.append("(sv)", "ReceiveBuffer", "t", std::uint64_t{4} << 20U);
    call.open('r', "sv").append("s", "Listen").open('v', "a(ss)").open('a', "(ss)");
    for (const std::string& address : request.addresses) {
        call.append("(ss)", "Datagram", address.c_str());
        call.append("(ss)", "Stream", address.c_str());
    }
    call.close().close().close();
    call.close();
    call.append("a(sa(sv))", 0);
    std::string refusal;
    try {
        async::Task<> job = run_job(std::move(call), request.unit);
        co_await async::within(*loop_, job_patience, std::move(job));
    } catch (const bus::RemoteFailure& refused) {
        if (refused.name() != "org.freedesktop.systemd1.UnitExists")
            refusal = refused.message();
    }
    if (!refusal.empty())
        throw Failure{ErrorCode::placement_failed, "systemd refuses " + request.unit + ": " + refusal};
}

async::Task<> Scopes::stop_unit(std::string unit) const
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "StopUnit");
    call.append("ss", unit.c_str(), "replace");
    std::string refusal;
    try {
        bus::Message reply = co_await system_->call(std::move(call));
    } catch (const bus::RemoteFailure& refused) {
        if (refused.name() != "org.freedesktop.systemd1.NoSuchUnit")
            refusal = refused.message();
    }
    if (!refusal.empty())
        throw Failure{ErrorCode::placement_failed, "systemd refuses to stop " + unit + ": " + refusal};
}

} // namespace slipway::placement
