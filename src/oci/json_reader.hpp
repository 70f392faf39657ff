// SPDX-License-Identifier: LGPL-2.1-or-later
// JsonReader: fills described structs from JSON and says where in the document it failed.
//
// A struct is described once, for reading and writing, by
//     template <typename Members, Is<T> Object> void describe(Members& members, Object& object)
// which passes each member with its name. What a struct must hold besides is said by
//     void check(const T& object, const Place& here)
// An absent member and a null one are the same, and unknown members are ignored. An enumeration must be there
// unless it is optional.
#pragma once

#include "base/failure.hpp"
#include "base/json.hpp"
#include "oci/json_description.hpp"

#include <algorithm>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

// Where in the document: "linux.devices[1]"; empty: the document itself.
class Place {
  public:
    Place() = default;
    explicit Place(std::string path) : path_{std::move(path)} {}

    Place member(std::string_view name) const
    {
        return Place{path_.empty() ? std::string{name} : path_ + "." + std::string{name}};
    }
    Place entry(std::size_t index) const { return Place{path_ + "[" + std::to_string(index) + "]"}; }

    [[noreturn]] void refuse(const std::string& reason) const
    {
        throw Failure{ErrorCode::invalid_argument, (path_.empty() ? "config.json" : path_) + ": " + reason};
    }

  private:
    std::string path_;
};

// For the structs that need no check of their own.
void check(const auto& /*object*/, const Place& /*here*/)
{
}

class JsonReader {
  public:
    JsonReader(const Json& value, Place here) : value_{&value}, here_{std::move(here)}
    {
        if (!value.is_object())
            here_.refuse("must be an object");
    }

    template <typename T>
    void operator()(const char* member, T& target) const
    {
        if (const Json* const found = value_->find(member); found != nullptr && !found->is_null())
            take(*found, target, here_.member(member));
        else if constexpr (Named<T>)
            here_.member(member).refuse("is missing");
    }

    static void take(const Json& value, bool& target, const Place& here) { get(value, target, here); }

    static void take(const Json& value, std::string& target, const Place& here)
    {
        get(value, target, here);
        // The kernel would see only what is in front of it.
        if (target.find('\0') != std::string::npos)
            here.refuse("must not have a NUL character");
    }

    template <std::integral T>
    static void take(const Json& value, T& target, const Place& here)
    {
        get(value, target, here);
    }

    template <Named T>
    static void take(const Json& value, T& target, const Place& here)
    {
        std::string name;
        take(value, name, here);
        const auto& rows = Names<T>::rows;
        const auto row =
            std::find_if(rows.begin(), rows.end(), [&name](const auto& known) { return known.name == name; });
        if (row == rows.end())
            here.refuse("unknown " + std::string{Names<T>::what} + " '" + name + "'");
        target = row->value;
    }

    template <typename T>
    static void take(const Json& value, std::optional<T>& target, const Place& here)
    {
        take(value, target.emplace(), here);
    }

    template <typename T>
    static void take(const Json& value, std::vector<T>& target, const Place& here)
    {
        if (!value.is_array())
            here.refuse("must be an array");
        for (const Json& entry : value) {
            T row{};
            take(entry, row, here.entry(target.size()));
            target.push_back(std::move(row));
        }
    }

    template <typename T>
    static void take(const Json& value, std::map<std::string, T>& target, const Place& here)
    {
        if (!value.is_object())
            here.refuse("must be an object");
        for (const auto& [name, entry] : value.members()) {
            if (name.find('\0') != std::string::npos)
                here.refuse("has a name with a NUL character");
            take(entry, target[name], here.member(name));
        }
    }

    template <typename T>
    requires std::is_class_v<T>
    static void take(const Json& value, T& target, const Place& here)
    {
        const JsonReader members{value, here};
        describe(members, target);
        check(target, here);
    }

  private:
    static void get(const Json& value, auto& target, const Place& here)
    {
        try {
            value.get_to(target);
        } catch (const Json::Error& mismatch) {
            here.refuse(mismatch.what());
        }
    }

    const Json* value_;
    Place here_;
};

} // namespace slipway::oci
