// SPDX-License-Identifier: LGPL-2.1-or-later
// Assemble: a layer's directory and its recipe become the tar that they came from.
#pragma once

#include "transfer/blob_writer.hpp"
#include "transfer/frames.hpp"

#include <cstdint>
#include <functional>

namespace slipway::transfer {

// ROOT: the layer's fs/. PROGRESS is told now and then how much of the tar is out; may throw. Throws Failure:
// damaged_layer, also after the last byte where the tar is not the recipe's; io_error.
Written assemble(const ReadAt& recipe, int root, BlobWriter& out,
                 const std::function<void(std::uint64_t)>& progress = {});

} // namespace slipway::transfer
