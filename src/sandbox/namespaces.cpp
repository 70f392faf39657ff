// SPDX-License-Identifier: LGPL-2.1-or-later
// Namespaces: entered in the one order that leaves their ownership right.
#include "sandbox/namespaces.hpp"

#include "base/failure.hpp"
#include "kernel/process.hpp"
#include "kernel/user_namespace.hpp"

#include <algorithm>
#include <fcntl.h>
#include <grp.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace slipway::sandbox {

namespace {

constexpr int new_time = 0x00000080; // CLONE_NEWTIME, Linux 5.6

int flag_of(oci::NamespaceType type)
{
    switch (type) {
    case oci::NamespaceType::pid:
        return CLONE_NEWPID;
    case oci::NamespaceType::network:
        return CLONE_NEWNET;
    case oci::NamespaceType::mount:
        return CLONE_NEWNS;
    case oci::NamespaceType::ipc:
        return CLONE_NEWIPC;
    case oci::NamespaceType::uts:
        return CLONE_NEWUTS;
    case oci::NamespaceType::user:
        return CLONE_NEWUSER;
    case oci::NamespaceType::cgroup:
        return CLONE_NEWCGROUP;
    case oci::NamespaceType::time:
        return new_time;
    }
    return 0;
}

Fd open_namespace(const oci::Namespace& wish)
{
    const std::string where =
        "linux.namespaces: " + std::string{oci::namespace_name(wish.type)} + " " + wish.path;
    Fd fd{::open(wish.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (!fd)
        throw Failure{ErrorCode::invalid_argument, errno_failure(errno, where).message()};
    // A PID or time namespace for children reports the plain type too.
    if (::ioctl(fd.number(), NS_GET_NSTYPE) != flag_of(wish.type))
        throw Failure{ErrorCode::invalid_argument, where + ": is no namespace of this type"};
    return fd;
}

std::vector<kernel::IdRange> ranges_of(const std::vector<oci::IdMapping>& mappings)
{
    std::vector<kernel::IdRange> ranges;
    ranges.reserve(mappings.size());
    for (const oci::IdMapping& mapping : mappings)
        ranges.push_back({mapping.container_id, mapping.host_id, mapping.size});
    return ranges;
}

// Not open where it is ours.
Fd find_other_cgroup_namespace(pid_t pid)
{
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/cgroup";
    Fd other{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
    struct stat theirs {};
    struct stat own {};
    check(::fstat(other.number(), &theirs), "look at", path);
    check(::stat("/proc/self/ns/cgroup", &own), "look at", "/proc/self/ns/cgroup");
    return theirs.st_ino == own.st_ino ? Fd{} : std::move(other);
}

} // namespace

Namespaces::Namespaces(const oci::Linux& settings) : settings_{&settings}
{
    for (const oci::Namespace& wish : settings.namespaces) {
        const int flag = flag_of(wish.type);
        if (wish.type == oci::NamespaceType::user)
            user_ = wish.path.empty() ? kernel::make_user_namespace(ranges_of(settings.uid_mappings),
                                                                    ranges_of(settings.gid_mappings))
                                      : open_namespace(wish);
        else if (!wish.path.empty() && wish.type == oci::NamespaceType::cgroup)
            cgroup_ = open_namespace(wish);
        else if (!wish.path.empty())
            joined_.push_back({open_namespace(wish), flag});
        else if (wish.type != oci::NamespaceType::cgroup)
            made_ |= flag;
    }
    // A mount namespace takes the view of paths with it: last.
    std::stable_partition(joined_.begin(), joined_.end(),
                          [](const Joined& joined) { return joined.flag != CLONE_NEWNS; });
}

bool Namespaces::is_new(oci::NamespaceType type) const noexcept
{
    const oci::Namespace* wish = oci::find_namespace(*settings_, type);
    return wish != nullptr && wish->path.empty();
}

void Namespaces::enter() const
{
    if (user_)
        check(::setns(user_.number(), CLONE_NEWUSER), "enter the user namespace");
    for (const Joined& joined : joined_)
        check(::setns(joined.fd.number(), joined.flag), "join a namespace");
    if (const int now = made_ & ~CLONE_NEWPID; now != 0)
        check(::unshare(now), "make namespaces");
}

void Namespaces::prepare_birth() const
{
    if ((made_ & CLONE_NEWPID) != 0)
        check(::unshare(CLONE_NEWPID), "make a PID namespace");
}

Fd join_namespaces_of(pid_t payload)
{
    const Fd process = kernel::open_process(payload);
    Fd cgroup = find_other_cgroup_namespace(payload);
    constexpr int always = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    // Who is in that user namespace already may not enter it again; before Linux 5.6 there are no time
    // namespaces.
    for (const int flags :
         {always | CLONE_NEWUSER | new_time, always | new_time, always | CLONE_NEWUSER, always}) {
        if (::setns(process.number(), flags) == 0)
            return cgroup;
        if (errno != EINVAL)
            break;
    }
    throw errno_failure(errno, "join the container's namespaces");
}

void become_its_root()
{
    check(::syscall(SYS_setgroups, 0, nullptr), "set the groups");
    check(::syscall(SYS_setresgid, 0, 0, 0), "set the group");
    check(::syscall(SYS_setresuid, 0, 0, 0), "set the user");
}

} // namespace slipway::sandbox
