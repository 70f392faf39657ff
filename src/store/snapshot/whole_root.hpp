// SPDX-License-Identifier: LGPL-2.1-or-later
// WholeRoot: containers/ID/root, a tree of the container's own, and what is known of its making.
//
//     root/fs     the tree
//     root/made   the driver and the shift of its owners, written when all else was there: what was changed
//                 since has a later ctime, which no process can forge
#pragma once

#include "store/snapshot/driver.hpp"

#include <ctime>
#include <optional>

namespace slipway::store {

struct WholeRoot {
    std::filesystem::path tree;
    std::string driver;
    std::uint32_t shift = 0;
    std::timespec made{};
};

// Below a container's directory; nothing where it has none. Throws Failure{io_error}.
std::optional<WholeRoot> find_whole_root(const std::filesystem::path& container);

// Builds the plan in its destination, with its record, and waits until it is on the disk: what is left is to
// rename it. For a worker. Throws Failure; the destination is then half.
void build_whole_root(const RootPlan& plan);

// What the container has changed of its image's LAYERS, as a new directory CHANGES as overlayfs would have
// made it: files that are new or different, whiteouts for those that are gone, unshifted owners. For a
// worker. Throws Failure.
void write_changes(const WholeRoot& root, const std::vector<std::filesystem::path>& layers,
                   const std::filesystem::path& changes);

} // namespace slipway::store
