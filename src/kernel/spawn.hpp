// SPDX-License-Identifier: LGPL-2.1-or-later
// Spawning: another program as a child process, with exactly the descriptors it was given.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::kernel {

struct Spawned {
    pid_t pid = -1;
    Fd pidfd;
};

// The child sees the parent's descriptor FROM under the number TO. FROM stays the parent's.
struct DescriptorMapping {
    int from;
    int to;
};

// Starts PATH (absolute; PATH is not searched) with ARGV (argv[0] included) and ENVIRONMENT ("NAME=value").
// Descriptors that are not mapped are closed in the child, 0 to 2 too; all signals have their default action
// and none is blocked. The parent waits until execve(2) has happened, so a program that cannot be executed
// is known here: throws Failure{io_error, access_denied}. The child is reaped by whoever waits for the pidfd.
Spawned spawn(const std::string& path, const std::vector<std::string>& argv,
              const std::vector<std::string>& environment, const std::vector<DescriptorMapping>& descriptors);

// Our own variables, to pass on.
std::vector<std::string> own_environment();

// The same with an open program; no script, whose interpreter could not open it any more.
Spawned spawn(const Fd& program, const std::vector<std::string>& argv,
              const std::vector<std::string>& environment, const std::vector<DescriptorMapping>& descriptors);

struct FollowerPlace {
    int cgroup = -1;         // of the unified hierarchy; none: the caller's
    int user_namespace = -1; // to be entered first; none: the caller's
};

// Starts PATH with our own environment as one that serves the calling thread: it is killed when that ends
// (PR_SET_PDEATHSIG), and no other signal reaches it but its children's, all being blocked. It is not waited
// for: what fails after its birth it says on its descriptor 2, and exits 127. Throws Failure.
Spawned spawn_follower(const std::string& path, const std::vector<std::string>& argv,
                       const std::vector<DescriptorMapping>& descriptors, FollowerPlace place);

} // namespace slipway::kernel
