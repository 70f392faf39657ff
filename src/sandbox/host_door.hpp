// SPDX-License-Identifier: LGPL-2.1-or-later
// HostDoor: mounts of proc and sysfs for a user namespace on a host that hides parts of its own.
//
// The kernel lets a user namespace mount proc and sysfs only where its mount namespace shows a whole one
// already (mount_too_revealing(), fs/namespace.c). Inside a container, such as systemd-nspawn's or docker's,
// none is: something is always mounted over a part of /proc. Whoever has the host's rights may still mount it
// in the name of our namespaces; so a helper that keeps these rights stays behind, and hands mounts over on
// request. A host of its own never needs it.
#pragma once

#include "kernel/mount.hpp"

#include <cstdint>
#include <string>

namespace slipway::sandbox {

class HostDoor {
  public:
    HostDoor() noexcept = default;
    // With the host's rights, before the user namespace is entered. Opens only if the host hides parts.
    static HostDoor open_if_needed();

    bool is_open() const noexcept { return socket_.is_open(); }
    // TYPE: "proc", of the caller's own PID namespace, or "sysfs", of the network namespace of the process
    // that opened the door. Throws Failure.
    kernel::MountFd make_mount(const std::string& type, const kernel::MountParameters& parameters,
                               std::uint64_t attributes) const;

  private:
    Fd socket_; // the helper ends when the last copy of it is closed
};

} // namespace slipway::sandbox
