// SPDX-License-Identifier: LGPL-2.1-or-later
// The label that a process takes on at execve(2): SELinux's and AppArmor's.
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::sandbox {

class Labels {
  public:
    // By the payload, while PROC is still the host's own proc, which no container can have put something
    // over. Throws Failure{not_supported} where the kernel does not have what is asked for.
    Labels(const oci::Process& process, const Fd& proc);
    // The last step before execve(2). Throws Failure.
    void take() const;

  private:
    const oci::Process* process_;
    Fd selinux_;
    Fd apparmor_;
};

} // namespace slipway::sandbox
