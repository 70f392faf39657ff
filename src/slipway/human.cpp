// SPDX-License-Identifier: LGPL-2.1-or-later
// Times, sizes and commands for people.
#include "slipway/human.hpp"

#include <array>
#include <cstdio>

namespace slipway::cli {

namespace {

constexpr std::int64_t hours_per_day = 24;
constexpr std::int64_t hours_per_year = 365 * hours_per_day;

std::string counted(std::int64_t number, const char* unit)
{
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
}

bool is_continuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

// The first LIMIT characters.
std::string_view head(std::string_view text, std::size_t limit)
{
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (!is_continuation(text[at]) && limit-- == 0)
            break;
    return text.substr(0, at);
}

} // namespace

std::string human_duration(Microseconds duration)
{
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    const std::int64_t minutes = seconds / 60;
    const std::int64_t hours = (minutes + 30) / 60;
    if (seconds < 1)
        return "Less than a second";
    if (seconds < 60)
        return counted(seconds, "second");
    if (minutes == 1)
        return "About a minute";
    if (minutes < 60)
        return counted(minutes, "minute");
    if (hours == 1)
        return "About an hour";
    if (hours < 48)
        return counted(hours, "hour");
    if (hours < 14 * hours_per_day)
        return counted(hours / hours_per_day, "day");
    if (hours < 60 * hours_per_day)
        return counted(hours / hours_per_day / 7, "week");
    if (hours < 2 * hours_per_year)
        return counted(hours / hours_per_day / 30, "month");
    return counted(hours / hours_per_year, "year");
}

std::string ago(std::uint64_t then_usec, RealTime present)
{
    return human_duration(present - from_usec(then_usec)) + " ago";
}

std::string human_size(std::uint64_t bytes)
{
    static constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    // 999.5 and more would be shown as 1e+03.
    while (size >= 999.5 && unit + 1 < units.size()) {
        size /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g%s", size, units[unit]); // NOLINT: bounded
    return text.data();
}

std::string visible(std::string_view text)
{
    const auto escaped = [](unsigned char byte) {
        static constexpr std::string_view digits = "0123456789abcdef";
        return std::string{"\\x"} + digits[byte >> 4U] + digits[byte & 0xFU];
    };
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if (byte == '\n')
            shown += "\\n";
        else if (byte == '\t')
            shown += "\\t";
        else if (byte < 0x20 || byte == 0x7F)
            shown += escaped(byte);
        // U+0080 to U+009F, which terminals obey as they do ESC and a letter (ECMA-48: C1).
        else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
            shown += escaped(byte) + escaped(static_cast<unsigned char>(next));
            ++i;
        } else
            shown += text[i];
    }
    return shown;
}

std::string quoted_command(const std::vector<std::string>& words, std::size_t limit)
{
    std::string line;
    for (const std::string& word : words)
        line += (line.empty() ? "" : " ") + visible(word);
    return '"' + shortened(std::move(line), limit) + '"';
}

std::string shortened(std::string text, std::size_t limit)
{
    if (limit > 1 && width(text) > limit)
        text = std::string{head(text, limit - 1)} + "…";
    return text;
}

std::size_t width(std::string_view text)
{
    std::size_t columns = 0;
    for (const char c : text)
        columns += is_continuation(c) ? 0 : 1;
    return columns;
}

} // namespace slipway::cli
