// SPDX-License-Identifier: LGPL-2.1-or-later
// Launching: a launcher, and the conversation with it until its payload waits or runs (docs/protocols.md).
#pragma once

#include "base/fd.hpp"
#include "sandbox/request.hpp"

#include <functional>
#include <string>
#include <sys/types.h>

namespace slipway::oci_runtime {

// What the payload inherits.
struct Inheritance {
    int preserved = 0; // descriptors from 3 on
    const Fd* gate = nullptr;
};

class Launching {
  public:
    // Starts slipway-launch, which begins to build. Throws Failure.
    Launching(sandbox::LaunchRequest request, const Inheritance& inheritance);
    Launching(const Launching&) = delete;
    Launching& operator=(const Launching&) = delete;
    // Unless kept, nothing of it is left.
    ~Launching();

    pid_t launcher() const noexcept { return launcher_; }
    // Returns when the sandbox stands. Throws what went wrong.
    void await_sandbox();
    // The payload is born in CGROUP, or in the launcher's own where that is not open.
    void release(const Fd& cgroup);

    struct Events {
        std::function<void()> created; // before the payload enters its root
        std::function<void(Fd)> terminal;
        std::function<void(Fd)> listener; // for its seccomp notifications
    };
    // Until the payload waits at its gate or has executed. Throws what went wrong.
    void conduct(const Events& events);

    pid_t pid() const noexcept { return pid_; }
    const Fd& process() const noexcept { return process_; }
    void keep() noexcept { is_kept_ = true; }

  private:
    // False for the end of the conversation.
    bool receive(const Events& events);
    void await_birth(const Events& events);
    Fd fetch_listener(int number) const;

    pid_t launcher_ = -1;
    Fd launcher_process_;
    Fd conversation_;
    pid_t pid_ = 0;
    Fd process_;
    bool is_ready_ = false;
    bool is_prepared_ = false;
    bool is_kept_ = false;
};

} // namespace slipway::oci_runtime
