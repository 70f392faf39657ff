// SPDX-License-Identifier: LGPL-2.1-or-later
// CgroupPlacement: what blocks is done by a worker; what systemd alone can do is refused.
#include "placement/cgroup_placement.hpp"

#include "async/readiness.hpp"
#include "base/file.hpp"
#include "cgroupfs/hierarchies.hpp"
#include "placement/cgroup_limits.hpp"
#include "placement/still_payload.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipway::placement {

namespace {

constexpr std::string_view root = "slipway";

CgroupKind kind_of_host()
{
    return cgroupfs::hierarchies().is_unified() ? CgroupKind::unified : CgroupKind::old;
}

// "slipway/web" is below the root; "slipway-shop.slice" is one for a group.
std::string path_below_root(const std::string& unit)
{
    return unit.find('/') == std::string::npos ? "/" + std::string{root} + "/" + unit : "/" + unit;
}

bool is_there(const cgroupfs::Group& group)
{
    const std::string directory = group.directory();
    return !directory.empty() && ::access(directory.c_str(), F_OK) == 0;
}

void enter_group(const cgroupfs::Group& group, pid_t pid)
{
    std::vector<std::string> files = group.member_files();
    files.push_back(group.directory() + "/cgroup.procs");
    for (const std::string& file : files) {
        const Fd opened{check(::open(file.c_str(), O_WRONLY | O_CLOEXEC), "open", file)};
        write_all(opened.number(), std::to_string(pid), file);
    }
}

// All that ends with the container's end has ended; nobody else is to be in there.
void remove_group(const cgroupfs::Group& group)
{
    group.kill();
    group.remove();
}

void add_units(const std::filesystem::path& directory, const std::string& above,
               std::vector<std::string>& units)
{
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        if (!entry.is_directory(error))
            continue;
        const std::string name = entry.path().filename();
        if (name.ends_with(".slice"))
            add_units(entry.path(), above + name + "/", units);
        else
            units.push_back(above + name);
    }
}

} // namespace

CgroupPlacement::CgroupPlacement(async::EventLoop& loop, std::string base,
                                 const std::filesystem::path& programs, const std::filesystem::path& run,
                                 async::TaskScope::OnFailure on_failure)
    : loop_{&loop}, base_{std::move(base)}, workers_{loop, 1}, sockets_{loop, programs, run, on_failure},
      tasks_{std::move(on_failure)}
{
    try {
        // One of an earlier engine's may be there, where nothing may be made any more.
        cgroupfs::Group probe{base_ + "/" + std::string{root} + "/_probe"};
        probe.make({});
        probe.remove();
    } catch (const Failure& failure) {
        obstacle_ = failure.message();
    }
}

cgroupfs::Group CgroupPlacement::group_of(const std::string& unit) const
{
    if (!obstacle_.empty() || unit.empty())
        throw Failure{ErrorCode::not_supported, "there are no cgroups here: " + obstacle_};
    return cgroupfs::Group{base_ + path_below_root(unit)};
}

std::optional<std::string> CgroupPlacement::own_unit(const std::string& container,
                                                     const std::string& slice) const
{
    if (!obstacle_.empty())
        return "";
    const std::string between = slice == "slipway.slice" ? "" : slice + "/";
    return std::string{root} + "/" + between + container;
}

void CgroupPlacement::refuse_without_cgroups(const ScopeRequest& request) const
{
    if (!request.allowed_peers.empty() || !request.denied_peers.empty())
        throw Failure{
            ErrorCode::not_supported,
            "--allow and --deny need systemd, which is not here: use an internal network or rules of "
            "the host's firewall"};
    if (!obstacle_.empty() && (!request.limits.empty() || !request.devices.empty()))
        throw Failure{ErrorCode::not_supported,
                      "limits and devices need a cgroup, and none can be made here (" + obstacle_ +
                          "): mount the cgroups' file system writable, or leave them out"};
}

async::Task<std::string> CgroupPlacement::start(ScopeRequest request)
{
    refuse_without_cgroups(request);
    if (!request.properties.empty())
        throw Failure{ErrorCode::not_supported,
                      "Properties (--property): there is no systemd here that would have them"};
    if (!obstacle_.empty())
        co_return std::string{};
    cgroupfs::Group group = group_of(request.unit);
    oci::Resources resources = cgroup_resources(request.limits, kind_of_host());
    resources.devices = device_rules(request.devices);
    std::function<void()> work = [group, resources, pid = request.pid]() mutable {
        // What is left of the last run may have other limits.
        if (is_there(group))
            remove_group(group);
        group.make(resources);
        group.limit(resources);
        enter_group(group, pid);
    };
    std::optional<Failure> failed;
    try {
        co_await workers_.run(std::move(work));
    } catch (const Failure& failure) {
        failed = failure; // NOLINT: a copy is meant
    }
    tasks_.spawn(remove_after(request.unit, request.pid));
    if (failed)
        throw failed->within("the cgroup of " + request.unit);
    co_return group.directory();
}

async::Task<> CgroupPlacement::remove_after(std::string unit, pid_t pid)
{
    const Fd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (process)
        co_await async::readable(*loop_, process.number());
    const cgroupfs::Group group = group_of(unit);
    std::function<void()> work = [group, pid] {
        // The next run's monitor may be in there already.
        for (const pid_t member : group.members())
            if (member != pid && find_file("/proc/" + std::to_string(member) + "/comm", 64)
                                     .value_or("")
                                     .starts_with("slipway-"))
                return;
        remove_group(group);
    };
    co_await workers_.run(std::move(work));
}

async::Task<std::string> CgroupPlacement::active_state(std::string unit) const
{
    co_return !unit.empty() && obstacle_.empty() && is_there(group_of(unit)) ? "active" : "inactive";
}

async::Task<> CgroupPlacement::set_limits(std::string unit, std::map<std::string, std::uint64_t> limits)
{
    cgroupfs::Group group = group_of(unit);
    const oci::Resources resources = cgroup_resources(limits, kind_of_host());
    std::function<void()> work = [group, resources]() mutable {
        group.make(resources);
        group.limit(resources);
    };
    co_await workers_.run(std::move(work));
}

async::Task<> CgroupPlacement::move(std::string unit, cgroupfs::Group::Motion motion)
{
    const cgroupfs::Group group = group_of(unit);
    std::function<void()> work = [group, motion] { group.set(motion); };
    co_await workers_.run(std::move(work));
}

async::Task<> CgroupPlacement::freeze(std::string unit)
{
    const cgroupfs::Group group = group_of(unit);
    const StillPayload payload{group.directory()};
    async::Task<> resting = payload.come_to_rest(*loop_);
    co_await resting;
    async::Task<> freezing = move(std::move(unit), cgroupfs::Group::Motion::frozen);
    co_await freezing;
}

async::Task<> CgroupPlacement::settle_freezer(std::string unit)
{
    if (!unit.empty() && obstacle_.empty())
        let_payload_go_on(group_of(unit).directory());
    co_return;
}

async::Task<> CgroupPlacement::thaw(std::string unit)
{
    return move(std::move(unit), cgroupfs::Group::Motion::thawed);
}

async::Task<std::string> CgroupPlacement::freezer_state(std::string unit) const
{
    const bool is_frozen = !unit.empty() && obstacle_.empty() && group_of(unit).is_frozen();
    co_return is_frozen ? "frozen" : "running";
}

async::Task<AdoptedUnit> CgroupPlacement::find_adopting(pid_t) const
{
    co_return AdoptedUnit{};
}

async::Task<std::string> CgroupPlacement::adopt(AdoptedUnit, ScopeRequest request)
{
    return start(std::move(request));
}

async::Task<> CgroupPlacement::disown(std::string, std::vector<std::string>) const
{
    co_return;
}

void CgroupPlacement::check_services(const std::string& container) const
{
    throw Failure{ErrorCode::not_supported,
                  "--restart: there is no systemd here that would restart " + container +
                      ": have your supervisor run it (slipway export --for runit, s6, openrc, sysvinit or "
                      "supervisord " +
                      container + ")"};
}

async::Task<> CgroupPlacement::start_service(ServiceRequest request, Filed)
{
    throw Failure{ErrorCode::not_supported, "there is no systemd here that could start " + request.unit};
    co_return;
}

async::Task<> CgroupPlacement::reset_failed(std::string) const
{
    co_return;
}

async::Task<bool> CgroupPlacement::has_unit_of_generator(std::string) const
{
    co_return false;
}

async::Task<> CgroupPlacement::read_units_anew() const
{
    co_return;
}

async::Task<> CgroupPlacement::start_socket(SocketRequest request, Present)
{
    if (!sockets_.knows(request.unit))
        throw Failure{ErrorCode::not_supported,
                      "wires and sockets that start containers (--wire, --listen) need systemd, which is not "
                      "here: use a network both are on, or publish a port (--publish)"};
    sockets_.hold(request);
    co_return;
}

async::Task<> CgroupPlacement::restart_unit(std::string unit)
{
    throw Failure{ErrorCode::not_supported, "there is no systemd here that could start " + unit};
    co_return;
}

async::Task<> CgroupPlacement::stop_unit(std::string unit)
{
    sockets_.release(unit);
    if (!unit.ends_with(".slice") || !obstacle_.empty())
        co_return;
    const cgroupfs::Group group = group_of(unit);
    if (!is_there(group))
        co_return;
    std::function<void()> work = [group] { group.remove(); };
    co_await workers_.run(std::move(work));
}

async::Task<std::vector<std::string>> CgroupPlacement::list()
{
    std::vector<std::string> units;
    if (!obstacle_.empty())
        co_return units;
    const std::string directory = cgroupfs::Group{base_ + "/" + std::string{root}}.directory();
    add_units(directory, std::string{root} + "/", units);
    for (const std::string& unit : units) {
        // The monitor is in "supervisor", or was not moved there yet.
        const cgroupfs::Group group = group_of(unit);
        for (const char* const place : {"/supervisor", ""}) {
            const std::vector<pid_t> members = cgroupfs::Group{group.path() + place}.members();
            if (members.empty())
                continue;
            tasks_.spawn(remove_after(unit, members.front()));
            break;
        }
    }
    co_return units;
}

async::Task<> CgroupPlacement::end_if_empty(std::string unit)
{
    const cgroupfs::Group group = group_of(unit);
    if (!is_there(group) || !group.members().empty())
        co_return;
    std::function<void()> work = [group] { group.remove(); };
    co_await workers_.run(std::move(work));
}

} // namespace slipway::placement
