// SPDX-License-Identifier: LGPL-2.1-or-later
// hasten_migration: a write of "0", which is the writer, to its own cgroup.procs (cgroups(7)).
#include "kernel/migration.hpp"

#include "base/fd.hpp"
#include "base/file.hpp"

#include <exception>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

namespace slipway::kernel {

namespace {

// Empty where there is no unified hierarchy.
std::string own_members_file()
{
    std::istringstream lines{read_file("/proc/self/cgroup")};
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("0::"))
            return "/sys/fs/cgroup" + line.substr(3) + "/cgroup.procs";
    return {};
}

} // namespace

void hasten_migration() noexcept
{
    try {
        const Fd members{::open(own_members_file().c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY)};
        if (members) [[maybe_unused]]
            const ssize_t written = ::write(members.number(), "0", 1);
    } catch (const std::exception&) {
        return; // the migration takes its own time
    }
}

} // namespace slipway::kernel
