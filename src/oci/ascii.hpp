// SPDX-License-Identifier: LGPL-2.1-or-later
// Classes of ASCII characters, whatever the locale says.
#pragma once

namespace slipway::oci {

constexpr bool is_lower(char c) noexcept
{
    return c >= 'a' && c <= 'z';
}

constexpr bool is_upper(char c) noexcept
{
    return c >= 'A' && c <= 'Z';
}

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

constexpr bool is_alphanumeric(char c) noexcept
{
    return is_lower(c) || is_upper(c) || is_digit(c);
}

} // namespace slipway::oci
