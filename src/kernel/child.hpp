// SPDX-License-Identifier: LGPL-2.1-or-later
// Children that run our own code: clone(2) and clone3(2) without an execve(2) in between.
#pragma once

#include "base/fd.hpp"

#include <functional>
#include <sys/types.h>
#include <utility>

namespace slipway::kernel {

// Runs DEED to its end in a child that shares memory and descriptors with its waiting parent, but neither
// credentials nor working directory: for what is to be done as somebody else. What DEED throws is thrown
// here.
void run_in_child(const std::function<void()>& deed);

// The same in a mount namespace of its own, from which nothing gets to ours. What is made there and is
// nowhere stays.
void run_in_mount_namespace(const std::function<void()>& deed);

struct Child {
    pid_t pid = -1; // 0 in the child itself
    Fd pidfd;
};

// A sibling (CLONE_PARENT) born in CGROUP: our parent's child, and its to reap. With no open CGROUP it stays
// in ours; so it does before Linux 5.7, when somebody has to move it. Throws Failure.
Child bear_sibling(const Fd& cgroup);

// A copy of this process that does DEED and exits; signalled with SIGKILL and reaped by the destructor.
class Helper {
  public:
    Helper() noexcept = default;
    // FLAGS: further ones of clone(2), such as CLONE_NEWUSER. DEED: throws nothing. Throws Failure.
    Helper(unsigned long flags, const std::function<void()>& deed);
    Helper(Helper&& other) noexcept : pid_{std::exchange(other.pid_, -1)} {}
    Helper& operator=(Helper&& other) noexcept;
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    ~Helper();

    pid_t pid() const noexcept { return pid_; }
    // Leaves it to end by itself, and to whoever reaps our orphans.
    void detach() noexcept { pid_ = -1; }

  private:
    pid_t pid_ = -1;
};

} // namespace slipway::kernel
