// SPDX-License-Identifier: LGPL-2.1-or-later
// System call filters: a seccomp policy compiled to a program of the kernel's (seccomp(2)), once for each
// policy.
#pragma once

#include "base/fd.hpp"
#include "oci/seccomp_policy.hpp"

#include <functional>
#include <linux/filter.h>
#include <string>
#include <vector>

namespace slipway::sandbox {

class Filter {
  public:
    // Takes the program from DIRECTORY, where an earlier launcher has left it, or compiles the policy and
    // leaves it there; without a directory (empty, or one that others may write to) it compiles. Calls that
    // libseccomp does not know are passed over. Throws Failure.
    Filter(const oci::Seccomp& policy, const std::string& directory);
    // The default policy for a container with this bounding set.
    Filter(std::uint64_t bounding, const std::string& directory);

    // From now on, for this process and its children. Wants no_new_privs or CAP_SYS_ADMIN. Returns the
    // listener's descriptor where the policy has one. Throws Failure.
    Fd load() const;

    const std::vector<sock_filter>& program() const noexcept { return program_; }

  private:
    Filter(const std::string& name, const std::function<oci::Seccomp()>& policy,
           const std::string& directory);

    std::vector<sock_filter> program_;
    unsigned flags_ = 0;
};

} // namespace slipway::sandbox
