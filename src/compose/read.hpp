// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of the simple values: each makes a typed value of a node, or refuses it with its place.
#pragma once

#include "compose/units.hpp"
#include "compose/value.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::compose::read {

// A text as it is written: 1.10 stays "1.10".
std::string text(const Value& value);
// A text that is not empty.
std::string word(const Value& value);
bool flag(const Value& value);
double number(const Value& value);
// Neither negative nor NaN.
double amount(const Value& value);
std::int64_t integer_between(const Value& value, std::int64_t least, std::int64_t most);
std::uint64_t bytes(const Value& value);
// Bytes, or -1 for as much as there is.
std::int64_t bytes_or_none(const Value& value);
std::chrono::microseconds duration(const Value& value);
// A number without a unit is of microseconds.
std::chrono::microseconds microseconds(const Value& value);
// Permission bits: octal in quotes or with a zero in front, else a number as YAML has it.
std::uint32_t mode(const Value& value);
// An absolute path without "." and "..": relative ones begin at the source's directory, "~" is HOME.
std::string path(const Value& value);
// The same of TEXT, which VALUE has.
std::string path_of(const Value& value, const std::string& text);
// A path, or a URL as it is.
std::string path_or_url(const Value& value);

std::vector<std::string> texts(const Value& value);
// Each once, the first of equals.
std::vector<std::string> distinct_texts(const Value& value);
// One text, or a list of them.
std::vector<std::string> one_or_texts(const Value& value);
// A program and its arguments: a line is split as by a shell.
std::vector<std::string> command(const Value& value);

// A list of "A=B", or a mapping; nothing where there is no value.
std::map<std::string, std::optional<std::string>> key_values(const Value& value);
// The same with empty texts for no value.
std::map<std::string, std::string> labels(const Value& value);
// A mapping to texts.
std::map<std::string, std::string> options(const Value& value);
// "HOST=ADDRESS" of a list with "=" or ":", or of a mapping.
std::vector<std::string> hosts(const Value& value);

template <typename T>
T integer(const Value& value)
{
    constexpr auto most = std::numeric_limits<T>::max();
    constexpr std::int64_t least = std::is_signed_v<T> ? std::numeric_limits<T>::min() : 0;
    return static_cast<T>(
        integer_between(value, least, sizeof(T) < 8 ? static_cast<std::int64_t>(most) : INT64_MAX));
}

// What a parser says of VALUE's text.
template <typename T>
T parsed(const Value& value, Result<T> (*parse)(std::string_view))
{
    const Result<T> result = parse(text(value));
    if (!result)
        value.refuse(result.failure().message());
    return result.value();
}

} // namespace slipway::compose::read
