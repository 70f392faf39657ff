// SPDX-License-Identifier: LGPL-2.1-or-later
// with_image(): what wants an image, which is got from a registry first where that is wished, or needed.
#pragma once

#include "slipway/context.hpp"
#include "slipway/run_options.hpp"

#include <functional>

namespace slipway::cli {

// DEED's exit status; it is done once more where only the image was missing. Throws what it throws.
int with_image(Context& context, const RunOptions& options, const std::function<int()>& deed);

} // namespace slipway::cli
