// SPDX-License-Identifier: LGPL-2.1-or-later
// Value, Fields: what the readers of the specification's parts are written with.
#include "compose/value.hpp"

#include <algorithm>

namespace slipway::compose {

namespace {

bool is_extension(std::string_view key)
{
    return key.starts_with("x-");
}

// How many letters are to be put in, taken out or replaced (Levenshtein).
std::size_t edit_distance(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t column = 0; column <= other.size(); ++column)
        row[column] = column;
    for (std::size_t line = 1; line <= one.size(); ++line) {
        std::size_t diagonal = std::exchange(row[0], line);
        for (std::size_t column = 1; column <= other.size(); ++column) {
            const std::size_t replaced = diagonal + (one[line - 1] == other[column - 1] ? 0 : 1);
            diagonal = row[column];
            row[column] = std::min({replaced, row[column] + 1, row[column - 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string unknown_key(std::span<const std::string_view> known, std::string_view key)
{
    std::string_view nearest;
    std::size_t distance = key.size() <= 40 ? 1 + key.size() / 3 : 0;
    for (const std::string_view candidate : known)
        if (const std::size_t to = distance > 0 ? edit_distance(key, candidate) : 1; to <= distance && to > 0)
        {
            nearest = candidate;
            distance = to - 1;
        }
    return "is no key of the Compose specification here" +
           (nearest.empty() ? std::string{} : "; did you mean '" + std::string{nearest} + "'?");
}

std::vector<Value> Value::entries() const
{
    if (!node_->is_list())
        refuse("must be a list");
    // Entries are compared with each other.
    if (node_->list.size() > 10'000)
        refuse("has more than 10000 entries");
    std::vector<Value> values;
    values.reserve(node_->list.size());
    for (std::size_t index = 0; const YamlNode& each : node_->list)
        values.push_back(entry(each, index++));
    return values;
}

std::vector<std::pair<std::string, Value>> Value::members(Keys keys) const
{
    if (node_->is_null())
        return {};
    if (!node_->is_mapping())
        refuse("must be a mapping");
    std::vector<std::pair<std::string, Value>> values;
    for (const auto& [name, each] : node_->mapping)
        if (keys == Keys::own || !is_extension(name))
            values.emplace_back(name, member(each, name));
    return values;
}

void Value::require_known(const YamlNode& node, const std::string& path, const std::string& within,
                          std::span<const std::string_view> known) const
{
    for (std::size_t index = 0; const YamlNode& each : node.list)
        require_known(each, entry_path(path, index++), within + "[]", known);
    for (const auto& [name, each] : node.mapping) {
        if (is_extension(name))
            continue;
        const std::string prefix = within.empty() ? std::string{} : within + ".";
        const bool is_free = std::ranges::find(known, prefix + "*") != known.end();
        const std::string inside = prefix + (is_free ? "*" : name);
        if (std::ranges::find(known, inside) == known.end()) {
            std::vector<std::string_view> keys;
            for (const std::string_view each_known : known)
                if (each_known.starts_with(prefix) &&
                    each_known.find_first_of(".[", prefix.size()) == std::string_view::npos)
                    keys.push_back(each_known.substr(prefix.size()));
            compose::refuse(each.name_mark, member_path(path, name), unknown_key(keys, name));
        }
        require_known(each, member_path(path, name), inside, known);
    }
}

void Value::name_unheeded(const std::string& reason, std::span<const std::string_view> inside) const
{
    require_known(*node_, path_, {}, inside);
    const Mark& mark = node_->name_mark;
    notes_->push_back({mark.source->name, mark.line, path_, "is not acted on: " + reason});
}

Fields::Fields(const Value& value) : value_{value}
{
    if (!value.node().is_mapping() && !value.node().is_null())
        value.refuse("must be a mapping");
}

std::optional<Value> Fields::find(std::string_view key)
{
    known_.push_back(key);
    const YamlNode* node = value_.node().find(key);
    if (node == nullptr || node->is_null())
        return std::nullopt;
    return value_.member(*node, key);
}

void Fields::finish() const
{
    for (const auto& [name, node] : value_.node().mapping)
        if (!is_extension(name) && std::ranges::find(known_, name) == known_.end())
            compose::refuse(node.name_mark, member_path(value_.path(), name), unknown_key(known_, name));
}

} // namespace slipway::compose
