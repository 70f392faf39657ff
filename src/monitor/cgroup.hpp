// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroup: a container's delegated cgroup, split into `payload` and `supervisor`
// (the monitor's own).
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::monitor {

// The monitor joins PID, which is in a unit's own cgroup, in every hierarchy. Throws Failure.
void enter_cgroups_of(pid_t pid);

class Cgroup {
  public:
    // No cgroup at all.
    Cgroup() = default;
    // Makes the two in PATH. Throws Failure.
    explicit Cgroup(const std::string& path);

    // The directories that the payload is to be in, which is one where there is the unified hierarchy only.
    std::vector<int> payload() const;

    // Where one may be born beside the monitor; not open where there is no unified hierarchy.
    const Fd& supervisor() const noexcept { return is_unified_ ? supervisor_ : nothing_; }
    // How often the kernel has killed somebody in it for want of memory.
    std::uint64_t count_oom_kills() const;

    // SIGKILL to all that is in `payload`. Throws Failure.
    void kill_payload() const;

    // Moves the calling process to `supervisor`, which waits for a grace period
    // of the kernel (2 to 20 ms): never on the way of a start. Throws Failure.
    void enter_supervisor() const;

  private:
    Fd scope_;
    std::vector<Fd> controllers_; // the scope's directories in the old hierarchies
    Fd payload_;
    Fd supervisor_;
    bool is_unified_ = false;
    Fd nothing_;
};

} // namespace slipway::monitor
