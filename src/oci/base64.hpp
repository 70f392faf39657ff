// SPDX-License-Identifier: LGPL-2.1-or-later
// Base64 (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

// With or without padding; nothing where other characters are in it.
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64(std::string_view bytes);

} // namespace slipway::oci
