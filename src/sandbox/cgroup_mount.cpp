// SPDX-License-Identifier: LGPL-2.1-or-later
// What a container sees of cgroups: a mount of its own, or where it may not have one a copy of the host's.
#include "sandbox/cgroup_mount.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sstream>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace slipway::sandbox {

namespace {

constexpr const char* host_place = "/sys/fs/cgroup";

bool is_unified()
{
    struct statfs status {};
    return ::statfs(host_place, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

kernel::MountFd copy_of(const std::string& path, const kernel::MountChange& change)
{
    const Fd place{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
    kernel::MountFd mount = kernel::clone_mount(place, kernel::Depth::recursive);
    kernel::MountChange recursive = change;
    recursive.propagation = MS_PRIVATE;
    kernel::change_mount(mount, recursive, kernel::Depth::recursive);
    return mount;
}

// "NUMBER:CONTROLLERS:PATH" (cgroups(7)): a directory for each hierarchy, named as the host names it.
kernel::MountFd copy_old_hierarchies(const kernel::MountChange& change)
{
    kernel::MountFd whole = kernel::make_mount("tmpfs", "cgroup", {{"mode", "755"}}, 0);
    std::istringstream lines{read_file("/proc/self/cgroup")};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        std::string name = line.substr(first + 1, second - first - 1);
        if (name.empty())
            name = "unified";
        if (name.starts_with("name="))
            name = name.substr(5);
        const std::string path = std::string{host_place} + "/" + name + line.substr(second + 1);
        if (::access(path.c_str(), F_OK) < 0)
            continue;
        check(::mkdirat(whole.number(), name.c_str(), 0755), "make", name);
        const Fd place{check(::openat(whole.number(), name.c_str(), O_PATH | O_CLOEXEC), "open", name)};
        kernel::attach(copy_of(path, change), place);
    }
    kernel::change_mount(whole, change, kernel::Depth::one);
    return whole;
}

} // namespace

kernel::MountFd make_cgroup_mount(const kernel::MountChange& change)
{
    if (!is_unified())
        return copy_old_hierarchies(change);
    try {
        return kernel::make_mount("cgroup2", "cgroup", {}, change.set);
    } catch (const Failure& failure) {
        // A user namespace without a cgroup namespace of its own may not.
        if (failure.code() != ErrorCode::access_denied)
            throw;
        return copy_of(host_place, change);
    }
}

} // namespace slipway::sandbox
