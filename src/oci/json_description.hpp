// SPDX-License-Identifier: LGPL-2.1-or-later
// What a description of a struct is made of: its members' names, and the words of its enumerations.
#pragma once

#include <string_view>
#include <type_traits>

namespace slipway::oci {

// T or const T.
template <typename Candidate, typename T>
concept Is = std::is_same_v<std::remove_const_t<Candidate>, T>;

template <typename T>
struct NameRow {
    T value;
    std::string_view name;
};
// clang 16 deduces none by itself.
template <typename T>
NameRow(T, const char*) -> NameRow<T>;

// Specialized for each enumeration: `what` it is, and `rows` of NameRow. A value's first row is how it is
// written.
template <typename T>
struct Names;

template <typename T>
concept Named = std::is_enum_v<T>;

// The word for VALUE; empty for none of the enumeration's.
template <Named T>
constexpr std::string_view name_of(T value)
{
    for (const auto& row : Names<T>::rows)
        if (row.value == value)
            return row.name;
    return {};
}

} // namespace slipway::oci
