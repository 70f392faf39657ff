// SPDX-License-Identifier: LGPL-2.1-or-later
// Header fields: read by their grammar.
#include "oci/http_fields.hpp"

#include "oci/field_reader.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace slipway::oci {

namespace {

constexpr std::size_t header_limit = 16U << 10U;

// A decimal number at the beginning of TEXT, which goes on behind it.
std::optional<std::uint64_t> take_number(std::string_view& text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view prefix)
{
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// True if one of the relations in TEXT is "next".
bool has_next(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        if (lower_case(std::string{text.substr(0, blank)}) == "next")
            return true;
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return false;
}

} // namespace

std::optional<std::string> parse_next_link(std::string_view header)
{
    if (header.size() > header_limit)
        return std::nullopt;
    FieldReader reader{header};
    reader.skip_commas();
    while (!reader.is_at_end()) {
        if (!reader.take('<'))
            return std::nullopt;
        std::optional<std::string> target = reader.until('>');
        if (!target)
            return std::nullopt;
        reader.take('>');
        bool is_next = false;
        for (reader.skip_blanks(); reader.take(';'); reader.skip_blanks()) {
            reader.skip_blanks();
            const std::string name = lower_case(reader.token());
            reader.skip_blanks();
            if (!reader.take('='))
                continue;
            reader.skip_blanks();
            const std::optional<std::string> value = reader.word();
            if (!value)
                return std::nullopt;
            is_next = is_next || (name == "rel" && has_next(*value));
        }
        if (is_next)
            return target;
        if (!reader.is_at_end() && !reader.skip_commas())
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<ContentRange> parse_content_range(std::string_view header)
{
    std::string_view text = trimmed(header);
    if (lower_case(std::string{text.substr(0, 5)}) != "bytes")
        return std::nullopt;
    text = trimmed(text.substr(5));
    const std::optional<std::uint64_t> first = take_number(text);
    if (!first || !take(text, "-"))
        return std::nullopt;
    const std::optional<std::uint64_t> last = take_number(text);
    if (!last || *last < *first || !take(text, "/"))
        return std::nullopt;
    if (text == "*")
        return ContentRange{*first, *last, std::nullopt};
    const std::optional<std::uint64_t> total = take_number(text);
    if (!total || !text.empty() || *total <= *last)
        return std::nullopt;
    return ContentRange{*first, *last, total};
}

std::optional<std::uint64_t> parse_upload_range(std::string_view header)
{
    std::string_view text = trimmed(header);
    take(text, "bytes=");
    const std::optional<std::uint64_t> first = take_number(text);
    if (!first || *first != 0 || !take(text, "-"))
        return std::nullopt;
    const std::optional<std::uint64_t> last = take_number(text);
    if (!last || !text.empty() || *last == UINT64_MAX)
        return std::nullopt;
    // "0-0" is what an upload says that has nothing yet; of one byte it says the same.
    return *last == 0 ? 0 : *last + 1;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view header, std::int64_t now)
{
    constexpr std::int64_t longest = 24L * 60 * 60;
    std::string_view text = trimmed(header);
    if (std::string_view rest = text; const std::optional<std::uint64_t> number = take_number(rest)) {
        if (!rest.empty())
            return std::nullopt;
        return std::chrono::seconds{std::min<std::uint64_t>(*number, longest)};
    }
    const std::string date{text.substr(0, 64)};
    std::tm time{};
    const char* end = ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
    if (end == nullptr || *end != '\0' || text.size() > 64)
        return std::nullopt;
    return std::chrono::seconds{std::clamp<std::int64_t>(::timegm(&time) - now, 0, longest)};
}

std::string parse_media_type(std::string_view header)
{
    return lower_case(std::string{trimmed(header.substr(0, header.find(';')))});
}

} // namespace slipway::oci
