// SPDX-License-Identifier: LGPL-2.1-or-later
// Labels: texts to bytes and back.
#include "engine/network/labels.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace slipway::engine {

namespace {

constexpr std::size_t label_limit = 63;
constexpr std::size_t wire_limit = 255; // of a name, its lengths and the root's included

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}

[[noreturn]] void refuse_name(std::string_view name, const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, "'" + std::string{name} + "' is no name: " + reason};
}

std::optional<unsigned> find_number(const std::string& label, int base, unsigned limit)
{
    unsigned number = 0;
    const char* const end = label.data() + label.size();
    const auto [rest, error] = std::from_chars(label.data(), end, number, base);
    if (error != std::errc{} || rest != end || number > limit || (label.size() > 1 && label.front() == '0'))
        return std::nullopt;
    return number;
}

} // namespace

std::optional<unsigned char> take_escaped(std::string_view text, std::size_t& at)
{
    ++at; // the backslash
    if (at >= text.size())
        return std::nullopt;
    if (!is_digit(text[at]))
        return static_cast<unsigned char>(text[at++]);
    unsigned number = 0;
    for (unsigned digit = 0; digit < 3; ++digit, ++at) {
        if (at >= text.size() || !is_digit(text[at]))
            return std::nullopt;
        number = number * 10 + static_cast<unsigned>(text[at] - '0');
    }
    return number > UINT8_MAX ? std::nullopt : std::optional{static_cast<unsigned char>(number)};
}

std::string escaped_number(unsigned char byte)
{
    const std::string digits = std::to_string(byte);
    return '\\' + std::string(3 - digits.size(), '0') + digits;
}

Labels parse_labels(std::string_view text)
{
    Labels labels{std::string{}};
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\') {
            const std::optional<unsigned char> byte = take_escaped(text, at);
            if (!byte)
                refuse_name(text, R"(behind a '\' is a character, or its number of three digits)");
            labels.back() += static_cast<char>(*byte);
        } else if (text[at] == '.') {
            if (labels.back().empty())
                refuse_name(text, "there is nothing in front of a dot");
            labels.emplace_back();
            ++at;
        } else if (is_plain(text[at])) {
            labels.back() += text[at++];
        } else {
            refuse_name(text, R"(what is no letter, digit, '-' or '_' stands behind a '\')");
        }
    }
    if (labels.back().empty())
        labels.pop_back(); // behind the last dot
    if (labels.empty())
        refuse_name(text, "it is empty");
    return labels;
}

bool is_absolute(std::string_view text)
{
    if (!text.ends_with('.'))
        return false;
    std::size_t backslashes = 0;
    while (backslashes + 1 < text.size() && text[text.size() - 2 - backslashes] == '\\')
        ++backslashes;
    return backslashes % 2 == 0;
}

void check_length(const Labels& labels, std::string_view text)
{
    std::size_t size = 1;
    for (const std::string& label : labels) {
        if (label.size() > label_limit)
            refuse_name(text, "a part of it has more than 63 characters");
        size += 1 + label.size();
    }
    if (size > wire_limit)
        refuse_name(text, "it is longer than 253 characters");
}

std::string text_of(const Labels& labels)
{
    std::string text;
    for (const std::string& label : labels) {
        if (!text.empty())
            text += '.';
        for (const char c : label) {
            if (is_plain(c))
                text += c;
            else if (c > ' ' && c < 0x7f)
                text += std::string{'\\', c};
            else
                text += escaped_number(static_cast<unsigned char>(c));
        }
    }
    return text;
}

Labels lower_case(Labels labels)
{
    for (std::string& label : labels)
        for (char& c : label)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return labels;
}

bool is_below(const Labels& name, const Labels& domain)
{
    return name.size() >= domain.size() && std::equal(domain.rbegin(), domain.rend(), name.rbegin());
}

std::optional<IpAddress> find_reverse_address(const Labels& name)
{
    const bool is_v4 = is_below(name, {"in-addr", "arpa"});
    if (!is_v4 && !is_below(name, {"ip6", "arpa"}))
        return std::nullopt;
    const std::size_t count = is_v4 ? 4 : 32;
    if (name.size() < count + 2)
        return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t at = 0; at < count; ++at) {
        const std::optional<unsigned> number =
            find_number(name[name.size() - 3 - at], is_v4 ? 10 : 16, is_v4 ? 255 : 15);
        if (!number)
            return std::nullopt;
        if (is_v4)
            bytes[at] = static_cast<std::uint8_t>(*number);
        else
            bytes[at / 2] = static_cast<std::uint8_t>(bytes[at / 2] | *number << (at % 2 == 0 ? 4U : 0U));
    }
    return IpAddress::of_bytes({bytes.data(), is_v4 ? std::size_t{4} : std::size_t{16}});
}

} // namespace slipway::engine
