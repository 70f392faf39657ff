// SPDX-License-Identifier: LGPL-2.1-or-later
// Extended attributes: which of them go with a file from one place to another, and those of a file.
#pragma once

#include "base/fd.hpp"
#include "transfer/entry.hpp"
#include "transfer/whiteout.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::transfer {

// trusted.* and user.overlay.* would steer the overlay that a layer becomes part of; labels of security
// modules are the host's to give.
bool is_kept_attribute(std::string_view name);

// Those of FILE that IS_WANTED says, by name. NAME is for messages. Throws Failure.
std::vector<Xattr> attributes_of(const Fd& file, const std::string& name,
                                 bool (*is_wanted)(std::string_view attribute));

// Those of FILE that are kept, by name. NAME is for messages. Throws Failure.
std::vector<Xattr> kept_attributes(const Fd& file, const std::string& name);

// What overlayfs keeps to itself of a file in an upper directory.
enum class OverlayMark {
    none,
    opaque,   // of a directory: it hides those below
    whiteout, // of an empty file (Linux 6.7)
};
// Throws Failure{not_supported} for one whose content or name is in another layer (metacopy, redirect).
OverlayMark overlay_mark(const Fd& file, OverlayMarks marks, const std::string& name);

} // namespace slipway::transfer
