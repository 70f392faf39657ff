// SPDX-License-Identifier: LGPL-2.1-or-later
// Removing a whole tree, whatever somebody's container left in it.
//
// Follows no symbolic link, needs few descriptors and little stack however deep the tree is, and stays on its
// file system.
#pragma once

#include <filesystem>

namespace slipway::store {

// Removes PATH itself too; no tree there is no failure. Takes as long as it takes: for a worker.
// Throws Failure{io_error, access_denied}.
void remove_tree(const std::filesystem::path& path);

// The same for NAME in the open directory PARENT.
void remove_tree_at(int parent, const char* name);

} // namespace slipway::store
