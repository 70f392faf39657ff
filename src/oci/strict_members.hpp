// SPDX-License-Identifier: LGPL-2.1-or-later
// StrictMembers: refuses what a described struct (json_reader.hpp) does not know, at any depth.
#pragma once

#include "oci/json_reader.hpp"

#include <set>
#include <string_view>

namespace slipway::oci {

class StrictMembers {
  public:
    // VALUE is what a T was read from.
    template <typename T>
    static void require_known(const Json& value, const Place& here)
    {
        T sample{};
        StrictMembers members{value, here};
        describe(members, sample);
        for (const auto& [name, member] : value.items())
            if (!members.known_.contains(name))
                here.member(name).refuse("unknown member");
    }

    template <typename T>
    void operator()(const char* member, const T& /*sample*/)
    {
        known_.insert(member);
        if (const auto found = value_->find(member); found != value_->end() && !found->is_null())
            enter(*found, here_.member(member), static_cast<const T*>(nullptr));
    }

  private:
    StrictMembers(const Json& value, const Place& here) : value_{&value}, here_{here} {}

    template <typename T>
    static void enter(const Json& value, const Place& here, const std::optional<T>* /*type*/)
    {
        enter(value, here, static_cast<const T*>(nullptr));
    }
    template <typename T>
    static void enter(const Json& value, const Place& here, const std::vector<T>* /*type*/)
    {
        std::size_t index = 0;
        for (const Json& entry : value)
            enter(entry, here.entry(index++), static_cast<const T*>(nullptr));
    }
    template <typename T>
    static void enter(const Json& /*value*/, const Place& /*here*/, const std::map<std::string, T>* /*type*/)
    {
    }
    template <typename T>
    static void enter(const Json& value, const Place& here, const T* /*type*/)
    {
        if constexpr (std::is_class_v<T> && !std::is_same_v<T, std::string>)
            require_known<T>(value, here);
    }

    const Json* value_;
    Place here_;
    std::set<std::string, std::less<>> known_;
};

} // namespace slipway::oci
