// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: what a service's unit file says besides what its source says.
#pragma once

#include "quadlet/item.hpp"

#include <string>
#include <utility>
#include <vector>

namespace slipway::quadlet {

using Words = std::vector<std::string>;

struct Service {
    // KEY and VALUE, as they are to stand there.
    std::vector<std::pair<std::string, std::string>> unit;
    std::vector<std::pair<std::string, std::string>> service;

    void set_unit(std::string key, std::string value) { unit.emplace_back(std::move(key), std::move(value)); }
    void set(std::string key, std::string value) { service.emplace_back(std::move(key), std::move(value)); }
    // Only where ITEM's [Service] does not say so itself.
    void set_default(const Item& item, std::string key, std::string value);
    void set_command(const std::string& key, const Words& words);
    // Requires= and After=.
    void require(const std::string& other);
    // RequiresMountsFor= a path, which may have specifiers.
    void require_mounts(const std::string& path);
};

// The unit file. Where [Unit] of ITEM names a file that there is not, ITEM gets a complaint.
std::string text_of(Item& item, const Service& service, const Catalog& catalog,
                    const Surroundings& surroundings);

} // namespace slipway::quadlet
