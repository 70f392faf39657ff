// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroup: directories and files of cgroupfs (the kernel's
// Documentation/admin-guide/cgroup-v2.rst).
#include "monitor/cgroup.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/cgroup.hpp"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <initializer_list>
#include <sstream>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

Fd make_directory(const Fd& parent, const char* name)
{
    if (::mkdirat(parent.number(), name, 0755) < 0 && errno != EEXIST)
        throw errno_failure(errno, "make the cgroup", name);
    return Fd{check(::openat(parent.number(), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW),
                    "open the cgroup", name)};
}

// A soft-reboot spares processes by a mark of the cgroup that they are in, and not of those above
// (SurviveFinalKillSignal= of systemd 255, systemd.unit(5)). Others have no such mark.
void share_survival(const Fd& unit, std::initializer_list<const Fd*> parts)
{
    constexpr const char* mark = "user.survive_final_kill_signal";
    std::array<char, 8> value{};
    const ssize_t size = ::fgetxattr(unit.number(), mark, value.data(), value.size());
    if (size <= 0)
        return;
    for (const Fd* const part : parts)
        check(::fsetxattr(part->number(), mark, value.data(), static_cast<std::size_t>(size), 0),
              "mark a cgroup for soft-reboots");
}

// Where systemd has put us in the old hierarchies (cgroups(7)): the scope's directories below their mount
// points.
std::vector<Fd> open_controllers(const std::string& scope)
{
    const std::string end = scope.substr(scope.rfind('/'));
    std::vector<Fd> found;
    std::istringstream lines{read_file("/proc/self/cgroup")};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t name = line.find(':') + 1;
        const std::size_t path = line.find(':', name) + 1;
        const std::string controllers = line.substr(name, path - 1 - name);
        if (controllers.empty() || controllers.starts_with("name=") || !line.ends_with(end))
            continue;
        const std::string directory = "/sys/fs/cgroup/" + controllers + line.substr(path);
        if (directory == scope)
            continue; // the payload is below
        found.emplace_back(check(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                                 "open the cgroup", directory));
    }
    return found;
}

Fd open_in(const Fd& directory, const char* name, int flags)
{
    return Fd{::openat(directory.number(), name, flags | O_CLOEXEC)};
}

} // namespace

void enter_cgroups_of(pid_t pid)
{
    const bool is_unified = ::access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0;
    std::istringstream lines{read_file("/proc/" + std::to_string(pid) + "/cgroup")};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t name = line.find(':') + 1;
        const std::size_t path = line.find(':', name) + 1;
        std::string hierarchy = line.substr(name, path - 1 - name);
        if (hierarchy.empty() && !is_unified)
            hierarchy = "unified";
        if (hierarchy.starts_with("name="))
            hierarchy.erase(0, 5);
        const std::string directory = "/sys/fs/cgroup/" + hierarchy + line.substr(path);
        const Fd opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (!opened)
            continue; // a hierarchy that is not mounted
        const Fd file = open_in(opened, "cgroup.procs", O_WRONLY);
        check(file.number(), "open", directory + "/cgroup.procs");
        write_all(file.number(), std::to_string(::getpid()), directory + "/cgroup.procs");
    }
}

Cgroup::Cgroup(const std::string& path)
{
    scope_ = Fd{check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open the cgroup", path)};
    payload_ = make_directory(scope_, "payload");
    supervisor_ = make_directory(scope_, "supervisor");
    share_survival(scope_, {&payload_, &supervisor_});
    is_unified_ = kernel::is_unified(supervisor_);
    controllers_ = open_controllers(path);
}

std::vector<int> Cgroup::payload() const
{
    std::vector<int> all;
    if (payload_)
        all.push_back(payload_.number());
    for (const Fd& directory : controllers_)
        all.push_back(directory.number());
    return all;
}

std::uint64_t Cgroup::count_oom_kills() const
{
    // Of the scope, which has the limit; payload/ has no controllers unless the payload asks for them.
    std::string text = kernel::read_cgroup_file(scope_, "memory.events");
    for (const Fd& directory : controllers_)
        if (text.empty())
            text = kernel::read_cgroup_file(directory, "memory.oom_control");
    const std::size_t at = ("\n" + text).find("\noom_kill ");
    std::uint64_t count = 0;
    if (at != std::string::npos)
        std::from_chars(text.data() + at + 9, text.data() + text.size(), count);
    return count;
}

void Cgroup::kill_payload() const
{
    kernel::kill_members(payload_);
}

void Cgroup::enter_supervisor() const
{
    if (!supervisor_)
        return;
    const Fd file = open_in(supervisor_, "cgroup.procs", O_WRONLY);
    check(file.number(), "open", "supervisor/cgroup.procs");
    write_all(file.number(), std::to_string(::getpid()), "supervisor/cgroup.procs");
}

} // namespace slipway::monitor
