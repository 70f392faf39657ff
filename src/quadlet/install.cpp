// SPDX-License-Identifier: LGPL-2.1-or-later
// [Install]: its keys as links.
#include "quadlet/install.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace slipway::quadlet {

namespace {

// No path, and of some type.
bool is_unit(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot != std::string_view::npos && dot > 0 && dot + 1 < name.size() && name.size() <= 255 &&
           std::none_of(name.begin(), name.end(), [](char letter) {
               return letter == '/' || letter == '%' || static_cast<unsigned char>(letter) <= ' ';
           });
}

// The name that is enabled; empty for a template that says of no instance.
std::string enabled_name(Item& item)
{
    const std::size_t at = item.service.find("@.");
    if (at == std::string::npos)
        return item.service;
    const Entry* const instance = item.file.find_last("Install", "DefaultInstance");
    if (instance == nullptr)
        return {};
    std::string name = item.service;
    name.insert(at + 1, instance->value);
    if (is_unit(name))
        return name;
    item.refuse(*instance, "DefaultInstance=" + instance->value + " cannot be a part of a unit's name");
    return {};
}

} // namespace

std::vector<Link> links_of(Item& item)
{
    std::vector<Link> links;
    const auto names_of = [&item](const char* key, auto&& take) {
        for (const Entry* const entry : item.file.find_all("Install", key))
            for (const std::string& name : item.words(*entry)) {
                if (is_unit(name))
                    take(*entry, name);
                else
                    item.refuse(*entry, std::string{key} + "=: '" + name +
                                            "' is no unit's name, such as multi-user.target");
            }
    };
    names_of("Alias", [&](const Entry& entry, const std::string& name) {
        if (!name.ends_with(".service"))
            item.refuse(entry, "Alias=: '" + name + "' does not end with .service");
        else if (name != item.service)
            links.push_back({name, item.service});
    });
    const std::string enabled = enabled_name(item);
    constexpr std::array<std::pair<const char*, const char*>, 3> keys{std::pair{"WantedBy", "wants"},
                                                                      std::pair{"RequiredBy", "requires"},
                                                                      std::pair{"UpheldBy", "upholds"}};
    for (const auto& [key, directory] : keys)
        names_of(key, [&, place = directory](const Entry&, const std::string& name) {
            if (!enabled.empty())
                links.push_back({std::string{name}.append(".").append(place).append("/").append(enabled),
                                 "../" + item.service});
        });
    for (const Entry* const entry : item.file.find_all("Install", "Also"))
        item.warn(*entry, "Also= is not heeded: each file says itself what wants it");
    return links;
}

} // namespace slipway::quadlet
