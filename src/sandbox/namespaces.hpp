// SPDX-License-Identifier: LGPL-2.1-or-later
// The namespaces of a container: made, joined by path, or joined with a process (namespaces(7)).
#pragma once

#include "base/fd.hpp"
#include "kernel/user_namespace.hpp"
#include "oci/runtime_config.hpp"

#include <sys/types.h>
#include <vector>

namespace slipway::sandbox {

// The runtime specification's mappings in the kernel room's words.
std::vector<kernel::IdRange> ranges_of(const std::vector<oci::IdMapping>& mappings);

class Namespaces {
  public:
    // Opens those that are joined by path and makes the user namespace. Throws Failure{invalid_argument} for
    // a path that is no namespace of its type.
    explicit Namespaces(const oci::Linux& settings);

    // Of no type: not open. Also the one joined by path.
    const Fd& user() const noexcept { return user_; }
    bool is_new(oci::NamespaceType type) const noexcept;

    // The user namespace first, which is to own the others. The IDs are still the host's afterwards. The
    // cgroup namespace is left to the payload, whose cgroup a new one is to begin at.
    void enter() const;
    // The one that the payload is to join; not open if there is none such.
    const Fd& cgroup() const noexcept { return cgroup_; }
    // A new PID namespace begins with the next child, which must be the payload.
    void prepare_birth() const;

  private:
    struct Joined {
        Fd fd;
        int flag;
    };

    Fd user_;
    Fd cgroup_;
    std::vector<Joined> joined_;
    int made_ = 0; // CLONE_NEW*
    oci::Linux const* settings_;
};

// All of PAYLOAD's but its cgroup namespace, which is returned for the process that is born then (not open
// where it is ours too): where the hierarchy is mounted with "nsdelegate", as systemd does, nobody within
// that namespace may be born into it from a cgroup outside.
Fd join_namespaces_of(pid_t payload);

// Group 0 and user 0 of the namespace that was entered.
void become_its_root();

} // namespace slipway::sandbox
