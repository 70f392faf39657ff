// SPDX-License-Identifier: LGPL-2.1-or-later
// NamespaceHolder: a short-lived child in namespaces of its own, which live on by their descriptors.
#pragma once

#include "base/fd.hpp"
#include "kernel/user_namespace.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <sys/types.h>

namespace slipway::kernel {

class NamespaceHolder {
  public:
    // In a new user namespace with these mappings, and in what FLAGS (CLONE_NEW…) say besides, which it owns.
    // Throws Failure.
    explicit NamespaceHolder(const IdRanges& ranges, unsigned long flags = 0);

    // NAME: as in /proc/PID/ns. Throws Failure.
    Fd open(std::string_view name) const;

  private:
    // Shares our memory: of a copy the next write to each page would be a fault, here and there.
    class Waiter {
      public:
        explicit Waiter(unsigned long flags);
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        ~Waiter();

        pid_t pid() const noexcept { return pid_; }

      private:
        using Stack = std::array<long double, 1024>; // aligned as a stack is

        std::unique_ptr<Stack> stack_;
        pid_t maker_;
        pid_t pid_;
    };

    Waiter child_;
};

// For a helper that is there to be looked at: does nothing until it is killed, by its maker's death at the
// latest. Leaves errno and the thread's cancellation alone, as somebody may share them.
void wait_for_end(pid_t maker);

} // namespace slipway::kernel
