// SPDX-License-Identifier: LGPL-2.1-or-later
// A project's tree as text: what YAML would take for something else than text stands in quotes.
#include "slipway/compose_text.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace slipway::cli {

namespace {

using compose::YamlNode;

std::string with_doubled_dollars(const std::string& text)
{
    std::string doubled;
    for (const char c : text)
        doubled += c == '$' ? std::string{"$$"} : std::string{c};
    return doubled;
}

bool is_truth(const std::string& text)
{
    return text == "true" || text == "false";
}

// As JSON writes it, so that both formats may have it.
bool is_number(const std::string& text)
{
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const bool has_odd_zero = text.size() > 1 && text[0] == '0' && text[1] != '.';
    return read.ec == std::errc{} && read.ptr == end && !has_odd_zero && !text.starts_with('.') &&
           text.find_first_not_of("0123456789.-") == std::string::npos && !text.ends_with('.');
}

// What YAML takes for something else than a text, in any of its versions.
bool is_meaning(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    constexpr std::array<std::string_view, 11> words{"y",    "n",     "yes",  "no",  "on", "off",
                                                     "true", "false", "null", "inf", "nan"};
    return std::find(words.begin(), words.end(), text) != words.end();
}

// A letter first, and nothing that means anything to YAML.
bool is_safe(const std::string& text)
{
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/';
    };
    const auto is_word = [&is_letter](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '@';
    };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), is_word) &&
           !is_meaning(text);
}

std::string in_double_quotes(const std::string& text)
{
    return json_text(Json(text), StrayBytes::replaced);
}

std::string scalar(const YamlNode& node)
{
    std::string text = with_doubled_dollars(node.text);
    if (node.is_plain && (is_truth(text) || is_number(text)))
        return text;
    return is_safe(text) ? text : in_double_quotes(text);
}

void write_yaml(const YamlNode& node, const std::string& indent, std::string& text);

// Behind a name or a hyphen.
void write_entry(const YamlNode& node, const std::string& indent, std::string& text)
{
    const bool is_empty =
        (node.is_mapping() && node.mapping.empty()) || (node.is_list() && node.list.empty());
    if ((node.is_mapping() || node.is_list()) && !is_empty) {
        text += '\n';
        write_yaml(node, indent + "  ", text);
    } else if (node.is_mapping()) {
        text += " {}\n";
    } else if (node.is_list()) {
        text += " []\n";
    } else {
        text += node.is_null() ? "\n" : " " + scalar(node) + "\n";
    }
}

void write_yaml(const YamlNode& node, const std::string& indent, std::string& text)
{
    for (const auto& [name, member] : node.mapping) {
        text += indent + (is_safe(name) ? name : in_double_quotes(name)) + ":";
        write_entry(member, indent, text);
    }
    for (const YamlNode& entry : node.list) {
        text += indent + "-";
        if (entry.is_null())
            text += " null\n";
        else
            write_entry(entry, indent, text);
    }
}

Json json_of(const YamlNode& node)
{
    switch (node.kind) {
    case YamlNode::Kind::null:
        return nullptr;
    case YamlNode::Kind::text: {
        const std::string text = with_doubled_dollars(node.text);
        return node.is_plain && (is_truth(text) || is_number(text)) ? parse_json(text) : Json(text);
    }
    case YamlNode::Kind::list: {
        Json list = Json::array();
        for (const YamlNode& entry : node.list)
            list.push_back(json_of(entry));
        return list;
    }
    case YamlNode::Kind::mapping:
        break;
    }
    Json object = Json::object();
    for (const auto& [name, member] : node.mapping)
        object[name] = json_of(member);
    return object;
}

} // namespace

std::string yaml_text(const YamlNode& tree)
{
    std::string text;
    write_yaml(tree, "", text);
    return text;
}

std::string json_text(const YamlNode& tree)
{
    constexpr int indent = 2;
    return json_of(tree).dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace slipway::cli
