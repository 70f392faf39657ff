// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes: services that take a container in.
#include "placement/adopted.hpp"

#include "base/file.hpp"
#include "placement/cgroup_path.hpp"
#include "placement/scope.hpp"
#include "placement/systemd.hpp"

#include <filesystem>
#include <sstream>
#include <unistd.h>

namespace slipway::placement {

std::string service_of(const std::string& cgroups)
{
    std::istringstream lines{cgroups};
    std::string unit;
    for (std::string line; std::getline(lines, line);) {
        const bool is_unified = line.starts_with("0::");
        if (!is_unified && line.find(":name=systemd:") == std::string::npos)
            continue;
        const std::string last = line.substr(line.rfind('/') + 1);
        if (last.ends_with(".service") && (is_unified || unit.empty()))
            unit = last;
    }
    return unit;
}

async::Task<AdoptedUnit> Scopes::find_adopting(pid_t pid) const
{
    const std::string cgroups = find_file("/proc/" + std::to_string(pid) + "/cgroup", 1U << 16U).value_or("");
    AdoptedUnit found{service_of(cgroups), {}};
    if (found.unit.empty())
        co_return AdoptedUnit{};
    try {
        bus::Message call =
            system_->make_call(systemd, unit_path(found.unit), "org.freedesktop.DBus.Properties", "Get");
        call.append("ss", "org.freedesktop.systemd1.Service", "Delegate");
        bus::Message reply = co_await ask(std::move(call));
        int is_delegated = 0;
        reply.read("v", "b", &is_delegated);
        if (is_delegated == 0)
            co_return AdoptedUnit{};
    } catch (const bus::RemoteFailure&) {
        co_return AdoptedUnit{}; // no unit of this systemd's
    }
    found.cgroup =
        scope_directory(cgroups, found.unit,
                        ::access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0 ? Layout::unified : Layout::old);
    co_return found.cgroup.empty() ? AdoptedUnit{} : found;
}

async::Task<std::string> Scopes::adopt(AdoptedUnit adopted, ScopeRequest request)
{
    if (request.devices.empty() && request.limits.empty() && request.allowed_peers.empty() &&
        request.denied_peers.empty() && request.properties.empty())
        co_return adopted.cgroup;
    bus::Message call = system_->make_call(systemd, manager_path, manager, "SetUnitProperties");
    call.append("sb", adopted.unit.c_str(), 1);
    call.open('a', "(sv)");
    append_resources(call, request);
    call.close();
    async::Task<> setting = send(std::move(call), "the limits of " + adopted.unit);
    co_await setting;
    co_return adopted.cgroup;
}

// systemd has written them down for every start until the next boot (systemctl(1), set-property --runtime).
async::Task<> Scopes::disown(std::string unit, std::vector<std::string> properties) const
{
    const std::filesystem::path directory = "/run/systemd/system.control/" + unit + ".d";
    bool has_any = false;
    std::error_code ignored;
    for (const std::string& property : properties)
        if (std::filesystem::remove(directory / ("50-" + property + ".conf"), ignored))
            has_any = true;
    if (!has_any)
        co_return;
    std::filesystem::remove(directory, ignored);
    async::Task<> reading = read_units_anew();
    co_await reading;
}

} // namespace slipway::placement
