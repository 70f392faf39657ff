// SPDX-License-Identifier: LGPL-2.1-or-later
// Key: one key of a kind's own section, and what becomes of it; the tables that docs/quadlet.md shows.
#pragma once

#include "quadlet/kind.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace slipway::quadlet {

enum class Shape : std::uint8_t {
    text,    // the last value is the option's
    list,    // each value is the option's once
    words,   // each word of each value is
    pairs,   // the same, KEY=VALUE; of the same KEY the last
    flag,    // the option, where the value is true
    only,    // taken for what is so anyway: no other value than this one
    deed,    // has code of its own
    refused, // makes the file a bad one
};

struct Key {
    std::string_view name;
    Shape shape;
    // The option; for `only` the value, for `deed` and `refused` what the page says.
    std::string_view word;
    // Of `only`: why no other value.
    std::string_view reason = {};
};

std::span<const Key> keys_of(Kind kind);
const Key* find_key(Kind kind, std::string_view name);

} // namespace slipway::quadlet
