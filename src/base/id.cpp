// SPDX-License-Identifier: LGPL-2.1-or-later
// Identifiers from the kernel's random numbers.
#include "base/id.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <sys/random.h>

namespace slipway {

std::string make_id()
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, 32> bytes{};
    check(::getrandom(bytes.data(), bytes.size(), 0), "read random bytes");
    std::string id;
    id.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        id += digits[byte >> 4U];
        id += digits[byte & 15U];
    }
    return id;
}

std::string short_id(std::string_view id)
{
    return std::string{id.substr(0, 12)};
}

bool is_id(std::string_view text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

} // namespace slipway
