// SPDX-License-Identifier: LGPL-2.1-or-later
// One directory of cgroupfs (cgroups(7); the kernel's admin-guide/cgroup-v2.rst): its members and their end.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace slipway::kernel {

// A process can be born in it (CLONE_INTO_CGROUP): it is of the unified hierarchy.
bool is_unified(const Fd& cgroup);

// Moves the calling process into it; its children are born there. Throws Failure.
void enter(const Fd& cgroup);

// The member processes; of none for a directory that is not open or no cgroup.
std::vector<pid_t> members_of(const Fd& cgroup);

// SIGKILL to every member, those that are forked meanwhile too. Throws Failure.
void kill_members(const Fd& cgroup);

// Writes VALUE to the file NAME of the directory. Throws Failure, in the words of WHAT.
void write_cgroup_file(const Fd& cgroup, const std::string& name, std::string_view value,
                       const std::string& what);

// The file's content without its last newline; empty where there is none.
std::string read_cgroup_file(const Fd& cgroup, const std::string& name);

} // namespace slipway::kernel
