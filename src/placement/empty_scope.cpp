// SPDX-License-Identifier: LGPL-2.1-or-later
// Scopes that nobody is in: what an engine asked for and did not live to fill.
#include "base/file.hpp"
#include "placement/scope.hpp"
#include "placement/systemd.hpp"

#include <filesystem>

namespace slipway::placement {

namespace {

// True for a cgroup of the unified hierarchy without processes, in it or below (cgroups(7)).
bool is_empty(const std::string& cgroup)
{
    if (cgroup.empty())
        return false;
    const std::optional<std::string> events =
        find_file(std::filesystem::path{"/sys/fs/cgroup" + cgroup} / "cgroup.events", 4096);
    return events && events->find("populated 0") != std::string::npos;
}

} // namespace

async::Task<std::vector<std::string>> Scopes::list()
{
    bus::Message call = system_->make_call(systemd, manager_path, manager, "ListUnitsByPatterns");
    call.append("asas", 1, "active", 1, "slipway-*.scope");
    bus::Message reply = co_await ask(std::move(call));
    std::vector<std::string> units;
    reply.enter('a', "(ssssssouso)");
    while (reply.enter('r', "ssssssouso")) {
        units.push_back(reply.read_string());
        reply.skip("sssssouso");
        reply.exit();
    }
    reply.exit();
    co_return units;
}

async::Task<> Scopes::end_if_empty(std::string unit)
{
    const std::string cgroup = co_await property(unit, "org.freedesktop.systemd1.Scope", "ControlGroup");
    if (!is_empty(cgroup))
        co_return;
    // systemd would ask the scope's controller, us, for its stop, and wait.
    bus::Message abandoning =
        system_->make_call(systemd, unit_path(unit), "org.freedesktop.systemd1.Scope", "Abandon");
    co_await send(std::move(abandoning), "to abandon " + unit);
    bus::Message stopping = system_->make_call(systemd, manager_path, manager, "StopUnit");
    stopping.append("ss", unit.c_str(), "fail");
    co_await send(std::move(stopping), "to stop " + unit);
}

} // namespace slipway::placement
