// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroups: files.
#include "kernel/cgroup.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

namespace slipway::kernel {

namespace {

Fd open_in(const Fd& directory, const std::string& name, int flags)
{
    return Fd{::openat(directory.number(), name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW)};
}

} // namespace

bool is_unified(const Fd& cgroup)
{
    struct statfs status {};
    return ::fstatfs(cgroup.number(), &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

void enter(const Fd& cgroup)
{
    write_cgroup_file(cgroup, "cgroup.procs", "0", "enter the cgroup");
}

std::vector<pid_t> members_of(const Fd& cgroup)
{
    std::vector<pid_t> members;
    const std::string text = read_cgroup_file(cgroup, "cgroup.procs");
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at < end;) {
        pid_t pid = 0;
        const auto [after, error] = std::from_chars(at, end, pid);
        if (error == std::errc{} && pid > 0)
            members.push_back(pid);
        at = after + 1;
    }
    return members;
}

void kill_members(const Fd& cgroup)
{
    if (!cgroup)
        return;
    if (const Fd file = open_in(cgroup, "cgroup.kill", O_WRONLY); file) {
        write_all(file.number(), "1", "cgroup.kill");
        return;
    }
    // Before Linux 5.14, and in the old hierarchies: one by one, again for those that were forked meanwhile.
    for (int round = 0; round < 10; ++round) {
        const std::vector<pid_t> members = members_of(cgroup);
        if (members.empty())
            return;
        for (const pid_t pid : members)
            if (pid > 1)
                ::kill(pid, SIGKILL);
    }
}

void write_cgroup_file(const Fd& cgroup, const std::string& name, std::string_view value,
                       const std::string& what)
{
    const Fd file = open_in(cgroup, name, O_WRONLY);
    check(file.number(), what + ": open", name);
    check(::write(file.number(), value.data(), value.size()),
          what + ": write \"" + std::string{value} + "\" to", name);
}

std::string read_cgroup_file(const Fd& cgroup, const std::string& name)
{
    const Fd file = open_in(cgroup, name, O_RDONLY);
    if (!file)
        return {};
    std::string text;
    try {
        text = read_all(file.number(), name);
    } catch (const Failure&) {
        return {}; // gone, or not to be read in a threaded subtree
    }
    if (text.ends_with('\n'))
        text.pop_back();
    return text;
}

} // namespace slipway::kernel
