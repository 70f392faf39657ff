// SPDX-License-Identifier: LGPL-2.1-or-later
// CopySide: what one of cp's two operands means.
#pragma once

#include <optional>
#include <string>

namespace slipway::cli {

struct CopySide {
    std::optional<std::string> container; // none: here
    std::string path;

    // "-" is an archive on a standard stream.
    bool is_stream() const { return !container && path == "-"; }
};

// "web:/srv" is in the container web; "/a:b" and "./a:b" are files here.
CopySide parse_copy_side(const std::string& text);

} // namespace slipway::cli
