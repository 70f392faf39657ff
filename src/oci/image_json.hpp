// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading image documents: members of a JSON object by name and type, with failures that say where they are.
#pragma once

#include "base/digest.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci::image_json {

// An object and where it is in its document ("config.Labels"). Everything here throws
// Failure{invalid_argument}. An absent member and a null one are the same: empty.
class Object {
  public:
    Object(const Json& value, std::string where);

    std::string text(const char* name) const;
    std::uint64_t number(const char* name) const;
    bool flag(const char* name) const;
    std::vector<std::string> texts(const char* name) const;
    std::map<std::string, std::string> text_map(const char* name) const;
    // The names in {"80/tcp": {}}, as the specification writes sets.
    std::set<std::string> name_set(const char* name) const;
    Digest digest(const char* name) const;
    std::vector<Digest> digests(const char* name) const;
    Object object(const char* name) const;
    std::vector<Object> objects(const char* name) const;

  private:
    const Json& find(const char* name) const;
    const Json& find_array(const char* name) const;
    std::string at(const char* name) const;

    const Json* value_;
    std::string where_;
};

// A document of at most manifest_limit bytes whose top is an object; WHAT names it in failures.
Json parse(std::string_view text, std::string_view what);

// Members sorted, no blanks.
std::string dump(const Json& value);

// Sets NAME unless VALUE is empty.
template <typename Value>
void put(Json& object, const char* name, const Value& value)
{
    if (!value.empty())
        object[name] = value;
}

} // namespace slipway::oci::image_json
