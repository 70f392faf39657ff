// SPDX-License-Identifier: LGPL-2.1-or-later
// YamlNode: a value of a YAML document with the place that it came from.
#pragma once

#include "compose/environment.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::compose {

// A file, and what the texts in it mean.
struct Source {
    std::string name;      // as messages call it
    std::string directory; // absolute; relative paths in the file begin there
    std::shared_ptr<const Environment> environment;
};

// A place in a file; lines and columns count from 1.
struct Mark {
    const Source* source = nullptr;
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

struct YamlNode {
    enum class Kind : std::uint8_t { null, text, list, mapping };
    // What becomes of the value of an earlier file: merged with this one, removed (!reset), or replaced as a
    // whole (!override). Specification: 13-merge.md.
    enum class Merging : std::uint8_t { merged, removed, replaced };

    Kind kind = Kind::null;
    Merging merging = Merging::merged;
    // A text without quotes that no variable was put into: what YAML takes for a number may be one.
    bool is_plain = false;
    std::string text;
    std::vector<YamlNode> list;
    std::map<std::string, YamlNode, std::less<>> mapping;
    Mark mark;
    Mark name_mark; // of its name, where it is in a mapping

    bool is_null() const { return kind == Kind::null; }
    bool is_text() const { return kind == Kind::text; }
    bool is_list() const { return kind == Kind::list; }
    bool is_mapping() const { return kind == Kind::mapping; }

    const YamlNode* find(std::string_view name) const
    {
        const auto found = mapping.find(name);
        return found == mapping.end() ? nullptr : &found->second;
    }
};

} // namespace slipway::compose
