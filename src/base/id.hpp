// SPDX-License-Identifier: LGPL-2.1-or-later
// Identifiers: 64 random hexadecimal digits, as docker and podman users know them.
#pragma once

#include <string>
#include <string_view>

namespace slipway {

// A new one from getrandom(2). Throws Failure{io_error}.
std::string make_id();

// The 12 digits shown to people.
std::string short_id(std::string_view id);

// True for 64 lower-case hexadecimal digits.
bool is_id(std::string_view text);

} // namespace slipway
