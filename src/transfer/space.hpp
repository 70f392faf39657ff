// SPDX-License-Identifier: LGPL-2.1-or-later
// What a user's engine has done in the user namespace of the user's IDs, which is descriptor 6: files there
// belong to IDs that are the user's only in it.
#pragma once

#include <string>
#include <vector>

namespace slipway::transfer {

// As its root. Nothing happens without such a descriptor. Throws Failure.
void enter_space();

// Each tree, wherever it lies. Tells on standard error what could not be removed; the exit status.
int remove_command(const std::vector<std::string>& paths);

// What each tree takes of the disk, in bytes, a line each on standard output; the exit status. Throws
// Failure.
int measure_command(const std::vector<std::string>& paths);

// Whether the snapshot driver works there: DIRECTORY, DRIVER. Nothing, or why not, on standard error; the
// exit status.
int probe_command(const std::vector<std::string>& words);

// A whole root (store/snapshot/whole_root.hpp): DRIVER, DESTINATION, UPPER, BASE, and the layers. Throws
// Failure.
int build_root_command(const std::vector<std::string>& words);

// Its changes: the container's directory, CHANGES, and the layers. Throws Failure.
int compare_root_command(const std::vector<std::string>& words);

// What an image has for a volume (store/copy_content.hpp): TARGET, DRAFT, and the layers. "copied" on
// standard output where there was something. Throws Failure.
int copy_content_command(const std::vector<std::string>& words);

} // namespace slipway::transfer
