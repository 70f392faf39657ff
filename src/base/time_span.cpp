// SPDX-License-Identifier: LGPL-2.1-or-later
// Time spans: numbers and units.
#include "base/time_span.hpp"

#include "base/text_cursor.hpp"

namespace slipway {

namespace {

constexpr std::int64_t usec_in_second = 1'000'000;
// A thousand years.
constexpr std::int64_t most_span_seconds = std::int64_t{1000} * 365 * 24 * 3600;

// The unit that comes next.
std::optional<std::int64_t> usec_of(TextCursor& cursor)
{
    if (cursor.take('w'))
        return std::int64_t{7} * 24 * 3600 * usec_in_second;
    if (cursor.take('d'))
        return std::int64_t{24} * 3600 * usec_in_second;
    if (cursor.take('h'))
        return 3600 * usec_in_second;
    if (cursor.take('m')) {
        if (cursor.take('s'))
            return usec_in_second / 1000;
        // "m" as docker's users write it, "min" as systemd's do (systemd.time(7)).
        if (cursor.take('i') && !cursor.take('n'))
            return std::nullopt;
        return 60 * usec_in_second;
    }
    if (cursor.take('u'))
        return cursor.take('s') ? std::optional<std::int64_t>{1} : std::nullopt;
    if (cursor.take('s'))
        return usec_in_second;
    return std::nullopt;
}

} // namespace

std::optional<Microseconds> find_time_span(std::string_view text)
{
    TextCursor cursor{text};
    std::int64_t usec = 0;
    do {
        const std::optional<std::int64_t> number = cursor.take_number(1, 9);
        const std::optional<std::int64_t> millionths = cursor.take_fraction();
        const std::optional<std::int64_t> unit = number && millionths ? usec_of(cursor) : std::nullopt;
        if (!unit || *number > most_span_seconds * usec_in_second / *unit)
            return std::nullopt;
        usec += *number * *unit + *millionths * (*unit / 1000) / 1000;
        if (usec > most_span_seconds * usec_in_second)
            return std::nullopt;
    } while (!cursor.is_at_end());
    return Microseconds{usec};
}

Result<Microseconds> parse_time_span(std::string_view text)
{
    std::optional<Microseconds> span = find_time_span(text);
    TextCursor cursor{text};
    if (const std::optional<std::int64_t> seconds = cursor.take_number(1, 9);
        !span && seconds && cursor.is_at_end())
        span = std::chrono::seconds{*seconds};
    if (!span)
        return Failure{ErrorCode::invalid_argument,
                       "not a time: '" + std::string{text} + "' (30s, 5min, 1h30min)"};
    return *span;
}

std::string time_span_text(Microseconds span)
{
    constexpr std::int64_t usec_in_millisecond = 1000;
    constexpr std::int64_t most_seconds = 999'999'999; // of the digits that are read
    constexpr std::int64_t seconds_in_week = std::int64_t{7} * 24 * 3600;
    std::int64_t seconds = span.count() / usec_in_second;
    const std::int64_t rest = span.count() % usec_in_second;
    std::string text;
    if (seconds > most_seconds) {
        text = std::to_string(seconds / seconds_in_week) + "w";
        seconds %= seconds_in_week;
    }
    if (seconds != 0 || (rest == 0 && text.empty()))
        text += std::to_string(seconds) + "s";
    if (rest % usec_in_millisecond != 0)
        text += std::to_string(rest) + "us";
    else if (rest != 0)
        text += std::to_string(rest / usec_in_millisecond) + "ms";
    return text;
}

} // namespace slipway
