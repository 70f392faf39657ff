// SPDX-License-Identifier: LGPL-2.1-or-later
// Merging layers into one tree.
#pragma once

#include "store/copy_entry.hpp"
#include "store/snapshot/layer_union.hpp"

namespace slipway::store {

// All that LAYERS show, into the directory TO, which is empty, and its attributes. What is one file of
// several names in a layer is so in TO. Throws Failure{io_error, no_space}; TO is then half.
void merge(const LayerUnion& layers, const Fd& to, Sharing sharing, const IdShift& shift);

// OWNER and attributes of all that is in the tree DIRECTORY, and its own, by SHIFT.
void shift_tree(const Fd& directory, const IdShift& shift);

} // namespace slipway::store
