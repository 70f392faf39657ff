// SPDX-License-Identifier: LGPL-2.1-or-later
// Pulling: an image from a registry, with the user's credentials, its progress shown and Ctrl-C heard.
#pragma once

#include "slipway/context.hpp"

#include <optional>
#include <string>

namespace slipway::cli {

struct PullWish {
    std::string reference;
    std::optional<std::string> platform;
    bool is_quiet = false;
};

struct Pulled {
    std::string path;
    bool was_here = false; // there was nothing to get
};

// Throws Failure.
Pulled pull_image(Context& context, const PullWish& wish);

} // namespace slipway::cli
