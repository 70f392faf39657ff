// SPDX-License-Identifier: LGPL-2.1-or-later
// build_image(): an image from a Dockerfile, built by buildah or BuildKit and taken as `load` takes it.
#pragma once

#include "slipway/builder.hpp"
#include "slipway/context.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

// Its path; it is called all of TAGS. Throws Failure.
std::string build_image(Context& context, BuildWish wish, const std::vector<std::string>& tags);

} // namespace slipway::cli
