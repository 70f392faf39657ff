// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: of projects, and of what is in them.
#include "compose/project_name.hpp"

#include <algorithm>

namespace slipway::compose {

namespace {

bool is_small_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_project_letter(char c)
{
    return is_small_or_digit(c) || c == '_' || c == '-';
}

} // namespace

bool is_project_name(std::string_view name)
{
    return !name.empty() && is_small_or_digit(name.front()) && std::ranges::all_of(name, is_project_letter);
}

std::string project_name_of(std::string_view directory)
{
    std::string name;
    for (const char c : directory.substr(directory.rfind('/') + 1)) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (name.empty() ? is_small_or_digit(small) : is_project_letter(small))
            name += small;
    }
    return name;
}

bool is_resource_key(std::string_view key)
{
    return !key.empty() && std::ranges::all_of(key, [](char c) {
        return is_project_letter(c) || (c >= 'A' && c <= 'Z') || c == '.';
    });
}

} // namespace slipway::compose
