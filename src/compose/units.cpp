// SPDX-License-Identifier: LGPL-2.1-or-later
// Durations, sizes, numbers, modes and words as Compose files write them (specification, 11-extension.md).
#include "compose/units.hpp"

#include "compose/place.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace slipway::compose {

namespace {

Failure misfit(std::string_view text, const std::string& what)
{
    return Failure{ErrorCode::invalid_argument, in_quotes(text) + " is " + what};
}

std::string lower(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

// The decimal number that TEXT begins with, which is taken off it; no sign, no exponent.
std::optional<double> take_decimal(std::string_view& text)
{
    std::size_t length = 0;
    std::size_t digits = 0;
    while (length < text.size() && ((text[length] >= '0' && text[length] <= '9') || text[length] == '.'))
        digits += text[length++] != '.' ? 1 : 0;
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + length, value, std::chars_format::fixed);
    if (digits == 0 || error != std::errc{} || end != text.data() + length)
        return std::nullopt;
    text.remove_prefix(length);
    return value;
}

std::optional<double> microseconds_of(std::string_view unit)
{
    struct Row {
        std::string_view unit;
        double microseconds;
    };
    constexpr Row rows[] = {{"ns", 1e-3}, {"us", 1},     {"µs", 1},      {"ms", 1e3},    {"s", 1e6},
                            {"m", 60e6},  {"h", 3600e6}, {"d", 86400e6}, {"w", 604800e6}};
    for (const Row& row : rows)
        if (row.unit == unit)
            return row.microseconds;
    return std::nullopt;
}

} // namespace

Result<std::chrono::microseconds> parse_duration(std::string_view text, std::string_view unit_of_number)
{
    const Failure misshapen = misfit(text, "no duration such as 1m30s, 10s or 500ms");
    std::string_view rest = text;
    double sum = 0;
    if (rest.empty())
        return misshapen;
    while (!rest.empty()) {
        const std::optional<double> value = take_decimal(rest);
        if (!value)
            return misshapen;
        const std::size_t length = std::min(rest.find_first_of("0123456789."), rest.size());
        std::optional<double> factor = microseconds_of(rest.substr(0, length));
        if (length == 0)
            factor = *value == 0 ? 1 : microseconds_of(unit_of_number);
        if (!factor)
            return length == 0 ? misfit(text, "a duration without a unit; write " + std::string{text} +
                                                  "s for seconds")
                               : misshapen;
        sum += *value * *factor;
        rest.remove_prefix(length);
    }
    // A double holds whole microseconds of 285 years.
    if (sum > 9.0e15)
        return misfit(text, "too long a duration");
    return std::chrono::microseconds{std::llround(sum)};
}

Result<std::uint64_t> parse_bytes(std::string_view text)
{
    const Failure misshapen = misfit(text, "no size such as 1024, 64m or 1.5gb");
    std::string_view rest = text;
    const std::optional<double> value = take_decimal(rest);
    if (!value)
        return misshapen;
    while (rest.starts_with(' '))
        rest.remove_prefix(1);
    std::string unit = lower(rest);
    for (const std::string_view end : {"ib", "b"})
        if (unit.ends_with(end) && (unit.size() > end.size() || unit == "b")) {
            unit.resize(unit.size() - end.size());
            break;
        }
    constexpr std::string_view prefixes = "kmgtp";
    const std::size_t power = unit.empty() ? 0 : prefixes.find(unit) + 1;
    if (unit.size() > 1 || (!unit.empty() && power == 0))
        return misshapen;
    const double bytes = std::ldexp(*value, static_cast<int>(10 * power));
    // Exactly: a number of bytes need not fit a double.
    if (std::uint64_t whole = 0; power == 0) {
        const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
        if (std::from_chars(digits.data(), digits.data() + digits.size(), whole).ec == std::errc{} &&
            digits.size() + rest.size() == text.size())
            return whole;
    }
    if (bytes >= 0x1p63)
        return misfit(text, "too large a size");
    return static_cast<std::uint64_t>(bytes);
}

Result<std::int64_t> parse_integer(std::string_view text)
{
    const Failure misshapen = misfit(text, "no whole number");
    std::string plain{text};
    std::erase(plain, '_');
    std::string_view digits = plain;
    const bool is_negative = digits.starts_with('-');
    if (is_negative || digits.starts_with('+'))
        digits.remove_prefix(1);
    int base = 10;
    for (const auto& [prefix, of] : {std::pair{"0x", 16}, {"0o", 8}, {"0b", 2}})
        if (digits.starts_with(prefix)) {
            digits.remove_prefix(2);
            base = of;
            break;
        }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || number > INT64_MAX)
        return misshapen;
    return is_negative ? -static_cast<std::int64_t>(number) : static_cast<std::int64_t>(number);
}

Result<double> parse_number(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return misfit(text, "no number");
    return value;
}

Result<bool> parse_truth(std::string_view text)
{
    const std::string word = lower(text);
    for (const std::string_view yes : {"true", "yes", "on", "y", "t", "1"})
        if (word == yes)
            return true;
    for (const std::string_view no : {"false", "no", "off", "n", "f", "0"})
        if (word == no)
            return false;
    return misfit(text, "neither true nor false");
}

Result<std::vector<std::string>> split_words(std::string_view line)
{
    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = '\0';
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        const bool is_last = at + 1 == line.size();
        if (c == '\\' && quote != '\'') {
            if (is_last)
                return Failure{ErrorCode::invalid_argument, "ends with a backslash"};
            const char next = line[++at];
            if (!word)
                word.emplace();
            // In double quotes a backslash is one but before these (POSIX, 2.2.3).
            if (quote == '"' && std::string_view{"\"\\$`\n"}.find(next) == std::string_view::npos)
                *word += c;
            if (next != '\n')
                *word += next;
        } else if (quote != '\0') {
            if (c == quote)
                quote = '\0';
            else
                *word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            if (!word)
                word.emplace();
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (word)
                words.push_back(*std::exchange(word, std::nullopt));
        } else {
            if (!word)
                word.emplace();
            *word += c;
        }
    }
    if (quote != '\0')
        return Failure{ErrorCode::invalid_argument, std::string{"the quote "} + quote + " is not closed"};
    if (word)
        words.push_back(*std::move(word));
    return words;
}

} // namespace slipway::compose
