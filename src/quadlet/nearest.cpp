// SPDX-License-Identifier: LGPL-2.1-or-later
// The word that was meant: the one with the fewest letters changed.
#include "quadlet/nearest.hpp"

#include <algorithm>
#include <vector>

namespace slipway::quadlet {

namespace {

char small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

// How many letters are to be put in, taken out or replaced (Levenshtein), case aside.
std::size_t letters_changed(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t column = 0; column <= other.size(); ++column)
        row[column] = column;
    for (std::size_t line = 1; line <= one.size(); ++line) {
        std::size_t diagonal = row[0];
        row[0] = line;
        for (std::size_t column = 1; column <= other.size(); ++column) {
            const bool is_same = small(one[line - 1]) == small(other[column - 1]);
            const std::size_t replaced = diagonal + (is_same ? 0 : 1);
            diagonal = row[column];
            row[column] = std::min({replaced, row[column] + 1, row[column - 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string advice(std::string_view word, std::span<const std::string_view> known)
{
    // Longer ones are no slip of the finger, and would take long.
    constexpr std::size_t longest = 60;
    if (word.size() > longest)
        return {};
    std::string_view nearest;
    std::size_t least = 2 + word.size() / 4;
    for (const std::string_view candidate : known)
        if (const std::size_t changed = letters_changed(word, candidate); changed < least) {
            nearest = candidate;
            least = changed;
        }
    return nearest.empty() ? std::string{} : "; did you mean '" + std::string{nearest} + "'?";
}

} // namespace slipway::quadlet
