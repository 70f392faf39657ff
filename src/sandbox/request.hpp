// SPDX-License-Identifier: LGPL-2.1-or-later
// LaunchRequest: what the launcher is asked for (docs/protocols.md).
#pragma once

#include "kernel/overlay.hpp"
#include "oci/runtime_config.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace slipway::sandbox {

// Where the launcher finds its descriptors.
inline constexpr int request_number = 3;
inline constexpr int conversation_number = 4;
inline constexpr int gate_number = 5;
inline constexpr int first_preserved_number = 6;

struct OverlayRequest {
    std::vector<std::string> lower; // uppermost first
    std::string directory;          // with "upper" and "work"
    std::string fuse;               // fuse-overlayfs is to make it; empty: the kernel
    kernel::OverlayCall call = kernel::OverlayCall::fsconfig;
};

// A root that is whole, and not put together of layers.
struct TreeRequest {
    std::string path;
    bool is_shifted = false; // its files belong to the container's IDs already
};

// What is put into a file system that is made. The request is in memory, and so is this; IDs as whoever
// makes the file system has them.
struct SourceFile {
    std::string name;
    std::string content;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0400;
};

// What the configuration cannot say of one of its mounts.
struct MountSource {
    std::string below;           // the part of the source that is shown, found as if the source were the root
    bool is_file_system = false; // a file system that the host's rights make, and not the container's
    bool is_loop = false;        // its source is a file, to be attached to a loop device
    bool must_propagate = false; // refused where the source is on a private mount
    std::vector<std::pair<std::string, std::string>>
        parameters; // of the file system, as fsconfig(2) takes them
    std::vector<SourceFile> files;
};

struct LaunchRequest {
    bool is_exec = false;
    bool is_view = false;      // nothing is executed: the root is shown to whoever asks (sandbox/view.hpp)
    bool is_alone = false;     // of a view: the root without what is mounted below it
    oci::RuntimeConfig config; // with a process
    std::optional<OverlayRequest> overlay;
    std::optional<TreeRequest> tree;
    std::map<std::string, MountSource> sources; // by the destination, as the configuration has it
    std::string user;                           // "name:group", empty: the configuration's
    std::vector<std::string> groups;            // more of the user's, by name or number
    pid_t payload = 0;                          // of exec: whose namespaces
    std::string seccomp;                        // "default": our own policy, where the configuration has none

    std::string filters;          // a directory that keeps compiled filters, or none
    bool has_own_keyring = false; // a session keyring of its own, for the caller's is the host's
    std::string state;            // the container's state (OCI), for the hooks in its namespaces
    bool awaits_hooks = false;    // waits for "continue" before it enters the root
    bool has_gate = false;        // executes when somebody connects to gate_number, a listening socket
    bool follows_monitor = false; // the payload is killed when whoever started the launcher ends
    bool has_pivot = true;        // pivot_root(2), which an initramfs does not have
    std::vector<int> preserved;   // the numbers that the payload has for first_preserved_number on
    std::vector<std::string>
        joined; // files to write the launcher's PID to: cgroups that it cannot be born in
};

// Throws Failure{invalid_argument}.
LaunchRequest parse_request(std::string_view json);

// What parse_request() reads.
std::string to_json(const LaunchRequest& request);

} // namespace slipway::sandbox
