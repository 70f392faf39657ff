// SPDX-License-Identifier: LGPL-2.1-or-later
// Beginnings of ids: as a range, and the refusal of ambiguous ones.
#include "store/id_prefix.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"

namespace slipway::store {

namespace {

constexpr std::size_t id_length = 64;
// How many of several matches a message names.
constexpr int named_matches = 4;

} // namespace

std::optional<IdPrefix> find_id_prefix(std::string_view text)
{
    if (text.empty() || text.size() > id_length ||
        text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return std::nullopt;
    // "g" follows the last hexadecimal digit.
    return IdPrefix{std::string{text}, std::string{text} + "g"};
}

std::optional<std::string> one_match(Query& query, std::string_view text, std::string_view what)
{
    if (!query.step())
        return std::nullopt;
    std::string id = query.text(0);
    std::string matches = short_id(id) + " (" + query.text(1) + ")";
    int count = 1;
    for (; query.step(); ++count)
        if (count < named_matches)
            matches += ", " + short_id(query.text(0)) + " (" + query.text(1) + ")";
    if (count == 1)
        return id;
    if (count > named_matches)
        matches += " and " + std::to_string(count - named_matches) + " more";
    throw Failure{ErrorCode::invalid_argument, "\"" + std::string{text} +
                                                   "\" begins the id of more than one " + std::string{what} +
                                                   ": " + matches + "; write more of it or use a name"};
}

} // namespace slipway::store
