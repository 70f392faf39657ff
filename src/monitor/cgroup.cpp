// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroup: directories and files of cgroupfs (the kernel's
// Documentation/admin-guide/cgroup-v2.rst).
#include "monitor/cgroup.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
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

Fd open_in(const Fd& directory, const char* name, int flags)
{
    return Fd{::openat(directory.number(), name, flags | O_CLOEXEC)};
}

} // namespace

Cgroup::Cgroup(const std::string& path)
{
    const Fd parent{check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open the cgroup", path)};
    payload_ = make_directory(parent, "payload");
    supervisor_ = make_directory(parent, "supervisor");
}

void Cgroup::kill_payload() const
{
    if (!payload_)
        return;
    if (const Fd file = open_in(payload_, "cgroup.kill", O_WRONLY); file) {
        write_all(file.number(), "1", "cgroup.kill");
        return;
    }
    // Before 5.14, and in the old hierarchy: one by one, again for those that
    // were forked meanwhile.
    for (int round = 0; round < 10; ++round) {
        const Fd file = open_in(payload_, "cgroup.procs", O_RDONLY);
        const std::string members = file ? read_all(file.number(), "cgroup.procs") : std::string{};
        if (members.empty())
            return;
        const char* const end = members.data() + members.size();
        for (const char* at = members.data(); at < end;) {
            pid_t pid = 0;
            const auto [after, error] = std::from_chars(at, end, pid);
            if (error == std::errc{} && pid > 1)
                ::kill(pid, SIGKILL);
            at = after + 1;
        }
    }
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
