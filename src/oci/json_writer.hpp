// SPDX-License-Identifier: LGPL-2.1-or-later
// JsonWriter: described structs as JSON (json_reader.hpp). What is empty, false or absent is left out.
#pragma once

#include "base/failure.hpp"
#include "base/json.hpp"
#include "oci/json_description.hpp"

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::oci {

class JsonWriter {
  public:
    explicit JsonWriter(Json& target) : target_{&target} {}

    template <typename T>
    void operator()(const char* member, const T& value) const
    {
        if (!is_left_out(value))
            (*target_)[member] = json_of(value);
    }

    template <typename T>
    static Json json_of(const T& value)
    {
        if constexpr (Named<T>) {
            return name_of(value);
        } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
            return value;
        } else {
            Json json = Json::object();
            const JsonWriter members{json};
            describe(members, value);
            return json;
        }
    }
    template <typename T>
    static Json json_of(const std::optional<T>& value)
    {
        return json_of(*value); // NOLINT(bugprone-unchecked-optional-access): an absent one is left out
    }
    template <typename T>
    static Json json_of(const std::vector<T>& values)
    {
        Json json = Json::array();
        for (const T& value : values)
            json.push_back(json_of(value));
        return json;
    }
    template <typename T>
    static Json json_of(const std::map<std::string, T>& values)
    {
        Json json = Json::object();
        for (const auto& [name, value] : values)
            json[name] = json_of(value);
        return json;
    }

  private:
    template <typename T>
    static bool is_left_out(const T& value)
    {
        if constexpr (requires { value.has_value(); })
            return !value.has_value();
        else if constexpr (requires { value.empty(); })
            return value.empty();
        else if constexpr (std::is_same_v<T, bool>)
            return !value;
        else
            return false;
    }

    Json* target_;
};

} // namespace slipway::oci
