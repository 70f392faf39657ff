// SPDX-License-Identifier: LGPL-2.1-or-later
// NamespaceHolder: a short-lived child in namespaces of its own, which live on by their descriptors.
#pragma once

#include "base/fd.hpp"
#include "kernel/child.hpp"
#include "kernel/user_namespace.hpp"

#include <string_view>

namespace slipway::kernel {

class NamespaceHolder {
  public:
    // In a new user namespace with these mappings, and in what FLAGS (CLONE_NEW…) say besides, which it owns.
    // Throws Failure.
    explicit NamespaceHolder(const IdRanges& ranges, unsigned long flags = 0);

    // NAME: as in /proc/PID/ns. Throws Failure.
    Fd open(std::string_view name) const;

  private:
    Helper child_;
};

// For a helper that is there to be looked at: does nothing until it is killed, by its maker's death at the
// latest.
void wait_for_end(pid_t maker);

} // namespace slipway::kernel
