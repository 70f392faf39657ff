// SPDX-License-Identifier: LGPL-2.1-or-later
// Membership: names that are words of units, of containers and of the DNS at once.
#include "engine/group/membership.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// With a member's name and a number it has to make a container's (63 characters).
constexpr std::size_t word_limit = 40;

bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

} // namespace

void check_group_word(std::string_view word, const char* what)
{
    if (!word.empty() && word.size() <= word_limit && word.front() != '-' && word.front() != '_' &&
        std::all_of(word.begin(), word.end(), is_word_character))
        return;
    throw Failure{
        ErrorCode::invalid_name,
        std::string{what} + ": '" + std::string{word} +
            "' is no name (1 to 40 lower-case letters, digits, '-' and '_', the first a letter or digit)"};
}

std::string slice_of(std::string_view group)
{
    if (group.empty())
        return "slipway.slice";
    std::string slice = "slipway-";
    for (const char c : group)
        slice += c == '-' ? std::string{"\\x2d"} : std::string{c};
    return slice + ".slice";
}

std::vector<std::string> shared_names(const Membership& membership)
{
    if (!membership.is_any())
        return {};
    return {membership.group, membership.member + '.' + membership.group};
}

void to_json(Json& json, const Membership& membership)
{
    json = {
        {"group", membership.group}, {"member", membership.member}, {"definition", membership.definition}};
}

void from_json(const Json& json, Membership& membership)
{
    json.at("group").get_to(membership.group);
    json.at("member").get_to(membership.member);
    json.at("definition").get_to(membership.definition);
}

} // namespace slipway::engine
