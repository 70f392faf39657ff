// SPDX-License-Identifier: LGPL-2.1-or-later
// CopySide: docker's way of telling a container from a file with a colon in its name.
#include "slipway/copy_side.hpp"

namespace slipway::cli {

CopySide parse_copy_side(const std::string& text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || text.front() == '/' || text.front() == '.')
        return {std::nullopt, text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

} // namespace slipway::cli
