// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroup: directories and files of cgroupfs (the kernel's
// Documentation/admin-guide/cgroup-v2.rst).
#include "monitor/cgroup.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/cgroup.hpp"

#include <charconv>
#include <fcntl.h>
#include <sstream>
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

// Ours of the old memory hierarchy (cgroups(7)), where systemd mounts it; not open where there is none.
Fd open_old_memory_cgroup()
{
    std::istringstream lines{read_file("/proc/self/cgroup")};
    for (std::string line; std::getline(lines, line);)
        if (const std::size_t found = line.find(":memory:"); found != std::string::npos)
            return Fd{::open(("/sys/fs/cgroup/memory" + line.substr(found + 8)).c_str(),
                             O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return {};
}

Fd open_in(const Fd& directory, const char* name, int flags)
{
    return Fd{::openat(directory.number(), name, flags | O_CLOEXEC)};
}

} // namespace

Cgroup::Cgroup(const std::string& path)
{
    Fd scope{check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open the cgroup", path)};
    payload_ = make_directory(scope, "payload");
    supervisor_ = make_directory(scope, "supervisor");
    memory_ = open_old_memory_cgroup();
    if (!memory_)
        memory_ = std::move(scope);
}

std::uint64_t Cgroup::count_oom_kills() const
{
    if (!memory_)
        return 0;
    std::string text = kernel::read_cgroup_file(memory_, "memory.events");
    if (text.empty())
        text = kernel::read_cgroup_file(memory_, "memory.oom_control"); // of the old hierarchy
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
