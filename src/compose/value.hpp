// SPDX-License-Identifier: LGPL-2.1-or-later
// Value, Fields: what the readers of the specification's parts are written with: nodes with their paths, and
// mappings of which every key must have been asked for.
#pragma once

#include "compose/place.hpp"
#include "compose/project.hpp"
#include "compose/yaml_node.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::compose {

class Value {
  public:
    // NODE and NOTES have to outlive it.
    Value(const YamlNode& node, std::string path, std::vector<Note>& notes)
        : node_{&node}, path_{std::move(path)}, notes_{&notes}
    {
    }

    const YamlNode& node() const { return *node_; }
    const Source& source() const { return *node_->mark.source; }
    const std::string& path() const { return path_; }
    // "compose.yaml:12:5".
    std::string place() const { return text_of(node_->mark); }

    [[noreturn]] void refuse(const std::string& reason) const { compose::refuse(node_->mark, path_, reason); }

    // Those of a list; refuses what is none.
    std::vector<Value> entries() const;
    // Those of a mapping, without x- ones where KEYS are the specification's.
    enum class Keys { own, of_specification };
    std::vector<std::pair<std::string, Value>> members(Keys keys = Keys::own) const;
    // At a name of one's own.
    Value entry(const YamlNode& node, std::size_t index) const
    {
        return {node, entry_path(path_, index), *notes_};
    }
    Value member(const YamlNode& node, std::string_view name) const
    {
        return {node, member_path(path_, name), *notes_};
    }

    // Names it as not acted on. INSIDE: what may be in it, "watch[].path" ("*" is any name); other keys are
    // refused.
    void name_unheeded(const std::string& reason, std::span<const std::string_view> inside = {}) const;

  private:
    void require_known(const YamlNode& node, const std::string& path, const std::string& within,
                       std::span<const std::string_view> known) const;

    const YamlNode* node_;
    std::string path_;
    std::vector<Note>* notes_;
};

// Why a key of a mapping of the specification's is refused: "is not a key here; did you mean 'ports'?"
std::string unknown_key(std::span<const std::string_view> known, std::string_view key);

class Fields {
  public:
    // Refuses what is no mapping; null is an empty one.
    explicit Fields(const Value& value);

    // The value of KEY, which is of the code's own words; nothing where it is absent or null.
    std::optional<Value> find(std::string_view key);
    // True where the key is there, null or not.
    bool has(std::string_view key) const { return value_.node().find(key) != nullptr; }
    [[noreturn]] void refuse(const std::string& reason) const { value_.refuse(reason); }
    const Value& value() const { return value_; }

    // What READ makes of the value of KEY, put into INTO where there is one.
    template <typename T, typename Read>
    void take(std::string_view key, T& into, Read read)
    {
        if (const std::optional<Value> found = find(key))
            into = read(*found);
    }

    void unheeded(std::string_view key, const std::string& reason,
                  std::span<const std::string_view> inside = {})
    {
        if (const std::optional<Value> found = find(key))
            found->name_unheeded(reason, inside);
    }

    // When all known keys have been asked for: refuses others, but for x- ones.
    void finish() const;

  private:
    Value value_;
    std::vector<std::string_view> known_; // in no order, some twice
};

} // namespace slipway::compose
