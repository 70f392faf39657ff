// SPDX-License-Identifier: LGPL-2.1-or-later
// The words of "mounts[].options" (OCI runtime specification, config.md, "Linux mount options"; mount(8)).
#pragma once

#include "kernel/mount.hpp"

#include <string>
#include <vector>

namespace slipway::sandbox {

enum class IdMapping { none, one, recursive };

struct MountOptions {
    kernel::MountChange change;           // of this mount alone
    kernel::MountChange recursive_change; // of those below it too
    kernel::MountParameters parameters;   // for the file system, where it is a new one
    bool is_bind = false;
    kernel::Depth depth = kernel::Depth::one; // of a bind
    IdMapping id_mapping = IdMapping::none;
    bool copies_up = false; // a tmpfs begins with what it covers
};

// All that are understood, and not the file system's own.
std::vector<std::string> mount_option_words();

// Of two words that contradict each other the later counts, as with mount(8).
MountOptions parse_mount_options(const std::vector<std::string>& words);

} // namespace slipway::sandbox
