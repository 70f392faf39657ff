// SPDX-License-Identifier: LGPL-2.1-or-later
// Moments: RFC 3339, durations, seconds since the epoch.
#include "slipway/moment.hpp"

#include "base/text_cursor.hpp"
#include "base/time_span.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <optional>

namespace slipway::cli {

namespace {

constexpr std::int64_t usec_per_second = 1'000'000;

Failure not_a_moment(std::string_view text)
{
    return Failure{ErrorCode::invalid_argument,
                   "not a time: '" + std::string{text} +
                       "' (10m, 1h30m, 2026-11-24, 2026-11-24T00:45:09Z or seconds since 1970)"};
}

std::optional<RealTime> find_epoch(std::string_view text)
{
    TextCursor cursor{text};
    cursor.take('@');
    const std::optional<std::int64_t> seconds = cursor.take_number();
    const std::optional<std::int64_t> fraction = cursor.take_fraction();
    if (!seconds || !fraction || !cursor.is_at_end())
        return std::nullopt;
    return RealTime{Microseconds{*seconds * usec_per_second + *fraction}};
}

// "Z" or "+01:00" as seconds east of Greenwich.
std::optional<std::int64_t> take_offset(TextCursor& cursor)
{
    if (cursor.take('Z') || cursor.take('z'))
        return 0;
    const bool is_west = cursor.take('-');
    if (!is_west && !cursor.take('+'))
        return std::nullopt;
    const auto hours = cursor.take_number(2, 2);
    const bool has_colon = cursor.take(':');
    const auto minutes = cursor.take_number(2, 2);
    if (!hours || !has_colon || !minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const std::int64_t seconds = *hours * 3600 + *minutes * 60;
    return is_west ? -seconds : seconds;
}

// "00:45:09" or "00:45" into TIME.
bool take_clock(TextCursor& cursor, std::tm& time)
{
    const auto hour = cursor.take_number(2, 2);
    const auto minute = cursor.take(':') ? cursor.take_number(2, 2) : std::nullopt;
    if (!hour || !minute || *hour > 23 || *minute > 59)
        return false;
    time.tm_hour = static_cast<int>(*hour);
    time.tm_min = static_cast<int>(*minute);
    if (!cursor.take(':'))
        return true;
    const auto second = cursor.take_number(2, 2);
    if (!second || *second > 60)
        return false;
    time.tm_sec = static_cast<int>(*second);
    return true;
}

// "2026-11-24" into TIME; a day that the month lacks is refused.
bool take_date(TextCursor& cursor, std::tm& time)
{
    const std::int64_t year = cursor.take_number(4, 4).value_or(-1);
    const std::int64_t month = cursor.take('-') ? cursor.take_number(2, 2).value_or(0) : 0;
    const std::int64_t day = cursor.take('-') ? cursor.take_number(2, 2).value_or(0) : 0;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    time.tm_year = static_cast<int>(year) - 1900;
    time.tm_mon = static_cast<int>(month) - 1;
    time.tm_mday = static_cast<int>(day);
    return year >= 0 && date.ok();
}

std::optional<RealTime> find_calendar(std::string_view text)
{
    TextCursor cursor{text};
    std::tm time{};
    time.tm_isdst = -1;
    if (!take_date(cursor, time))
        return std::nullopt;
    std::int64_t fraction = 0;
    std::optional<std::int64_t> offset;
    if (!cursor.is_at_end()) {
        if (!cursor.take('T') && !cursor.take('t') && !cursor.take(' '))
            return std::nullopt;
        const std::optional<std::int64_t> part =
            take_clock(cursor, time) ? cursor.take_fraction() : std::nullopt;
        if (!part)
            return std::nullopt;
        fraction = *part;
        if (!cursor.is_at_end()) {
            offset = take_offset(cursor);
            if (!offset || !cursor.is_at_end())
                return std::nullopt;
        }
    }
    const std::int64_t seconds = offset ? ::timegm(&time) - *offset : std::mktime(&time);
    return RealTime{Microseconds{seconds * usec_per_second + fraction}};
}

} // namespace

std::string rfc3339(std::uint64_t usec)
{
    if (usec == 0)
        return {};
    const auto seconds = static_cast<std::time_t>(usec / usec_per_second);
    std::tm time{};
    ::gmtime_r(&seconds, &time);
    std::array<char, 32> day{};
    std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &time);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%06uZ", // NOLINT: bounded
                  static_cast<unsigned>(usec % usec_per_second));
    return std::string{day.data()} + fraction.data();
}

Result<RealTime> parse_moment(std::string_view text, RealTime present)
{
    // As microseconds on D-Bus and in the journal there is nothing before 1970.
    if (const auto duration = find_time_span(text))
        return std::max(present - *duration, RealTime{});
    if (const auto moment = find_epoch(text))
        return *moment;
    if (const auto moment = find_calendar(text))
        return std::max(*moment, RealTime{});
    return not_a_moment(text);
}

} // namespace slipway::cli
