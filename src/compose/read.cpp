// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of the simple values.
#include "compose/read.hpp"

#include "base/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

namespace slipway::compose::read {

std::string text(const Value& value)
{
    if (value.node().is_null())
        return {};
    if (!value.node().is_text())
        value.refuse("must be a text");
    if (value.node().text.find('\0') != std::string::npos)
        value.refuse("has a byte of zero in it");
    return value.node().text;
}

std::string word(const Value& value)
{
    std::string result = text(value);
    if (result.empty())
        value.refuse("is empty");
    return result;
}

bool flag(const Value& value)
{
    return parsed(value, parse_truth);
}

double number(const Value& value)
{
    return parsed(value, parse_number);
}

double amount(const Value& value)
{
    const double result = number(value);
    if (result < 0)
        value.refuse("must not be negative");
    return result;
}

std::int64_t integer_between(const Value& value, std::int64_t least, std::int64_t most)
{
    const std::int64_t result = parsed(value, parse_integer);
    if (result < least || result > most)
        value.refuse(most == INT64_MAX
                         ? "must be at least " + std::to_string(least)
                         : "must be between " + std::to_string(least) + " and " + std::to_string(most));
    return result;
}

std::uint64_t bytes(const Value& value)
{
    return parsed(value, parse_bytes);
}

std::int64_t bytes_or_none(const Value& value)
{
    if (text(value) == "-1")
        return -1;
    const std::uint64_t result = bytes(value);
    if (result > INT64_MAX)
        value.refuse("is too large a size");
    return static_cast<std::int64_t>(result);
}

std::chrono::microseconds duration(const Value& value)
{
    return parsed<std::chrono::microseconds>(value,
                                             [](std::string_view text) { return parse_duration(text); });
}

std::chrono::microseconds microseconds(const Value& value)
{
    return parsed<std::chrono::microseconds>(
        value, [](std::string_view text) { return parse_duration(text, "us"); });
}

std::uint32_t mode(const Value& value)
{
    std::string_view digits = value.node().text;
    const bool has_prefix = digits.starts_with("0o");
    const bool is_octal = !value.node().is_plain || digits.starts_with('0');
    if (has_prefix)
        digits.remove_prefix(2);
    std::uint32_t bits = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), bits, is_octal ? 8 : 10);
    if (!value.node().is_text() || error != std::errc{} || end != digits.data() + digits.size() ||
        bits > 07777)
        value.refuse("must be a mode such as 0440");
    return bits;
}

std::string path_of(const Value& value, const std::string& text)
{
    if (text.empty())
        value.refuse("is an empty path");
    std::filesystem::path result{text};
    if (text == "~" || text.starts_with("~/")) {
        const std::optional<std::string> home = value.source().environment->find("HOME");
        if (!home || !home->starts_with('/'))
            value.refuse("begins with ~, and HOME is not set");
        result = *home + text.substr(1);
    }
    std::string normal = (std::filesystem::path{value.source().directory} / result).lexically_normal();
    while (normal.size() > 1 && normal.ends_with('/'))
        normal.pop_back();
    return normal;
}

std::string path(const Value& value)
{
    return path_of(value, word(value));
}

std::string path_or_url(const Value& value)
{
    const std::string where = word(value);
    const bool is_url = where.find("://") != std::string::npos || where.starts_with("git@") ||
                        where.starts_with("github.com/") || where.starts_with("service:");
    return is_url ? where : path_of(value, where);
}

std::vector<std::string> texts(const Value& value)
{
    std::vector<std::string> result;
    for (const Value& entry : value.entries())
        result.push_back(text(entry));
    return result;
}

std::vector<std::string> distinct_texts(const Value& value)
{
    std::vector<std::string> result;
    std::set<std::string> seen;
    for (const Value& entry : value.entries())
        if (std::string each = word(entry); seen.insert(each).second)
            result.push_back(std::move(each));
    return result;
}

std::vector<std::string> one_or_texts(const Value& value)
{
    if (value.node().is_list())
        return distinct_texts(value);
    return {word(value)};
}

std::vector<std::string> command(const Value& value)
{
    return value.node().is_list() ? texts(value) : parsed(value, split_words);
}

std::map<std::string, std::optional<std::string>> key_values(const Value& value)
{
    std::map<std::string, std::optional<std::string>> result;
    if (value.node().is_list()) {
        for (const Value& entry : value.entries()) {
            const std::string both = text(entry);
            const std::size_t sign = both.find('=');
            if (both.empty() || sign == 0)
                entry.refuse("has no name");
            result[both.substr(0, sign)] =
                sign == std::string::npos ? std::nullopt : std::optional{both.substr(sign + 1)};
        }
        return result;
    }
    if (!value.node().is_mapping())
        value.refuse("must be a mapping, or a list of NAME=VALUE");
    for (const auto& [name, member] : value.members()) {
        if (name.empty() || name.find('\0') != std::string::npos || name.find('=') != std::string::npos)
            member.refuse("has a name that is empty or has '=' in it");
        result[name] = member.node().is_null() ? std::nullopt : std::optional{text(member)};
    }
    return result;
}

std::map<std::string, std::string> labels(const Value& value)
{
    std::map<std::string, std::string> result;
    for (auto& [name, each] : key_values(value))
        result[name] = each.value_or("");
    return result;
}

std::map<std::string, std::string> options(const Value& value)
{
    std::map<std::string, std::string> result;
    for (const auto& [name, member] : value.members())
        result[name] = text(member);
    return result;
}

namespace {

// "host-gateway" is the host's address as the engine knows it.
std::string host_entry(const Value& value, const std::string& host, std::string address)
{
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    if (host.empty() || (address != "host-gateway" && !IpAddress::parse(address)))
        value.refuse(in_quotes(host + "=" + address) + " is not HOST=ADDRESS");
    return host + "=" + address;
}

} // namespace

std::vector<std::string> hosts(const Value& value)
{
    std::vector<std::string> result;
    std::set<std::string> seen;
    const auto add = [&](std::string entry) {
        if (seen.insert(entry).second)
            result.push_back(std::move(entry));
    };
    if (value.node().is_list()) {
        for (const Value& entry : value.entries()) {
            const std::string both = text(entry);
            const std::size_t equals = both.find('=');
            const std::size_t sign = equals == std::string::npos ? both.find(':') : equals;
            add(host_entry(entry, both.substr(0, sign),
                           sign == std::string::npos ? "" : both.substr(sign + 1)));
        }
        return result;
    }
    for (const auto& [host, member] : value.members()) {
        if (member.node().is_list())
            for (const Value& address : member.entries())
                add(host_entry(address, host, text(address)));
        else
            add(host_entry(member, host, text(member)));
    }
    return result;
}

} // namespace slipway::compose::read
