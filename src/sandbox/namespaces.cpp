// SPDX-License-Identifier: LGPL-2.1-or-later
// Namespaces: entered in the one order that leaves their ownership right.
#include "sandbox/namespaces.hpp"

#include "base/failure.hpp"
#include "kernel/process.hpp"
#include "kernel/user_namespace.hpp"

#include <algorithm>
#include <array>
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

std::vector<kernel::IdRange> ranges_of(const std::vector<oci::IdMapping>& mappings)
{
    std::vector<kernel::IdRange> ranges;
    ranges.reserve(mappings.size());
    for (const oci::IdMapping& mapping : mappings)
        ranges.push_back({mapping.container_id, mapping.host_id, mapping.size});
    return ranges;
}

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
    // Those that belong to the host have to be joined with the host's rights, others may need those of the
    // user namespace.
    std::vector<const Joined*> later;
    for (const Joined& joined : joined_)
        if (joined.flag == CLONE_NEWNS || ::setns(joined.fd.number(), joined.flag) < 0)
            later.push_back(&joined);
    if (user_)
        check(::setns(user_.number(), CLONE_NEWUSER), "enter the user namespace");
    for (const Joined* joined : later)
        check(::setns(joined->fd.number(), joined->flag), "join a namespace");
    if (const int now = made_ & ~CLONE_NEWPID; now != 0)
        check(::unshare(now), "make namespaces");
}

void Namespaces::prepare_birth() const
{
    if ((made_ & CLONE_NEWPID) != 0)
        check(::unshare(CLONE_NEWPID), "make a PID namespace");
}

// Those that are ours too stay as they are: a user may not join the host's, and nobody a user namespace in
// which it is already.
Fd join_namespaces_of(pid_t payload)
{
    struct Row {
        const char* name;
        int flag;
    };
    static constexpr std::array rows{Row{"user", CLONE_NEWUSER}, Row{"mnt", CLONE_NEWNS},
                                     Row{"pid", CLONE_NEWPID},   Row{"net", CLONE_NEWNET},
                                     Row{"ipc", CLONE_NEWIPC},   Row{"uts", CLONE_NEWUTS},
                                     Row{"time", new_time}};
    const Fd process = kernel::open_process(payload);
    Fd cgroup = find_other_cgroup_namespace(payload);
    const std::string directory = "/proc/" + std::to_string(payload) + "/ns/";
    int flags = 0;
    for (const Row& row : rows) {
        struct stat theirs {};
        struct stat ours {};
        // Before Linux 5.6 there are no time namespaces.
        if (::stat((directory + row.name).c_str(), &theirs) < 0) {
            if (errno != ENOENT || row.flag != new_time)
                throw errno_failure(errno, "look at the namespaces of process", std::to_string(payload));
            continue;
        }
        check(::stat((std::string{"/proc/self/ns/"} + row.name).c_str(), &ours), "look at our namespaces");
        if (theirs.st_ino != ours.st_ino)
            flags |= row.flag;
    }
    if (flags != 0)
        check(::setns(process.number(), flags), "join the container's namespaces");
    return cgroup;
}

void become_its_root()
{
    // One that a user has made with nothing but its own group may not take groups away.
    if (::syscall(SYS_setgroups, 0, nullptr) < 0 && errno != EPERM)
        throw errno_failure(errno, "set the groups");
    // It may have no such IDs (EINVAL); who has entered it has all capabilities in it nevertheless.
    if (::syscall(SYS_setresgid, 0, 0, 0) < 0 && errno != EINVAL)
        throw errno_failure(errno, "set the group");
    if (::syscall(SYS_setresuid, 0, 0, 0) < 0 && errno != EINVAL)
        throw errno_failure(errno, "set the user");
}

} // namespace slipway::sandbox
