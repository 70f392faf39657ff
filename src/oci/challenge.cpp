// SPDX-License-Identifier: LGPL-2.1-or-later
// Challenge: a comma parts challenges as well as parameters; what follows it tells which.
#include "oci/challenge.hpp"

#include "oci/field_reader.hpp"

namespace slipway::oci {

namespace {

constexpr std::size_t challenge_limit = 16U << 10U;

// The rest of a challenge behind its scheme; false: against the grammar.
bool read_values(FieldReader& reader, Challenge& challenge)
{
    for (;;) {
        const std::size_t start = reader.position();
        const std::string name = lower_case(reader.token());
        if (name.empty())
            return false;
        reader.skip_blanks();
        if (!reader.take('=')) {
            // The next challenge's scheme.
            reader.return_to(start);
            return true;
        }
        reader.skip_blanks();
        const std::optional<std::string> value = reader.word();
        if (!value || !challenge.values.emplace(name, *value).second)
            return false;
        reader.skip_blanks();
        if (reader.is_at_end())
            return true;
        if (!reader.skip_commas())
            return false;
        if (reader.is_at_end())
            return true;
    }
}

} // namespace

std::string Challenge::value(const std::string& name) const
{
    const auto found = values.find(name);
    return found == values.end() ? std::string{} : found->second;
}

std::optional<std::vector<Challenge>> parse_challenges(std::string_view header)
{
    if (header.size() > challenge_limit)
        return std::nullopt;
    std::vector<Challenge> challenges;
    FieldReader reader{header};
    reader.skip_commas();
    while (!reader.is_at_end()) {
        Challenge challenge;
        challenge.scheme = lower_case(reader.token());
        if (challenge.scheme.empty())
            return std::nullopt;
        const bool is_followed = reader.skip_blanks();
        if (!is_followed || reader.is_at_end() || reader.peek() == ',') {
            if (!reader.is_at_end() && !reader.skip_commas())
                return std::nullopt;
        } else if (const std::optional<std::string> token = reader.token68()) {
            challenge.token68 = *token;
            if (!reader.is_at_end() && !reader.skip_commas())
                return std::nullopt;
        } else if (!read_values(reader, challenge)) {
            return std::nullopt;
        }
        challenges.push_back(std::move(challenge));
    }
    return challenges;
}

} // namespace slipway::oci
