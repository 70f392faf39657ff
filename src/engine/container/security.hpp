// SPDX-License-Identifier: LGPL-2.1-or-later
// What a container may do beyond the defaults, or less than them: user namespace, capabilities, system calls,
// devices.
#pragma once

#include "oci/runtime_config.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

enum class UserNamespace {
    own,  // with IDs of its own
    keep, // with the host's IDs, and no power over the host
    host, // none
};

// As a caller writes them.
struct SecurityWish {
    std::string user_namespace; // "auto", "keep", "host"; empty: auto
    std::string seccomp;        // "unconfined", or a profile as JSON (docker's or OCI's); empty: the default
    std::vector<std::string> added_capabilities;
    std::vector<std::string> dropped_capabilities; // "ALL" is all of them, in both
    bool is_privileged = false;
    bool has_new_privileges = false; // programs may gain what the caller has not: setuid, file capabilities
    bool has_open_system_paths = false; // nothing of /proc and /sys is masked
    std::vector<std::string> devices;   // "HOST[:CONTAINER[:rwm]]", "vendor.com/class=name"
};

struct Security {
    UserNamespace user_namespace = UserNamespace::own;
    std::vector<std::string> capabilities; // "CAP_CHOWN"
    bool is_unconfined = false;            // no filter of system calls at all
    bool is_privileged = false; // every device, and /proc, /sys and cgroups as the host's root has them
    bool has_new_privileges = false;
    bool has_open_system_paths = false;
    std::optional<oci::Seccomp> seccomp; // in place of the default
    std::vector<oci::Device> devices;
    std::vector<std::string> device_rules; // of systemd's DeviceAllow: "/dev/fuse rw"
    std::vector<std::string> cdi_devices;  // "vendor.com/class=name", looked for at each start (cdi.hpp)
};

// The smallest set with which the world's images work.
const std::vector<std::string>& default_capabilities();

// All of the host's root.
std::vector<std::string> all_capabilities();

// Held against this host. Throws Failure{invalid_argument}.
Security complete(const SecurityWish& wish);

} // namespace slipway::engine
