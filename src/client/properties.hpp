// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties: an a{sv} into plain fields; keys that this client does not know yet are passed over.
#pragma once

#include "client/engine.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace slipway::client {

// Reads one value, the message standing before its variant.
using PropertyReader = std::function<void(bus::Message&)>;
using PropertyTable = std::map<std::string, PropertyReader, std::less<>>;

PropertyReader into(std::string& target);
PropertyReader into_path(std::string& target);
PropertyReader into(bool& target);
PropertyReader into(std::int32_t& target);
PropertyReader into(std::uint16_t& target);
PropertyReader into(std::uint32_t& target);
PropertyReader into(std::uint64_t& target);
PropertyReader into(std::vector<std::string>& target);
PropertyReader into(std::map<std::string, std::string>& target);
// An a(ss), in its order.
PropertyReader into(std::vector<std::pair<std::string, std::string>>& target);

// Reads an object's path.
std::string read_path(bus::Message& message);

// Reads an a{sv}. Throws Failure{invalid_argument} for a known key with a value of another type.
void read_properties(bus::Message& message, const PropertyTable& table);

// All properties of one interface of one object; the a{sv} is what is next to read.
async::Task<bus::Message> fetch_properties(Engine& engine, std::string path, std::string interface);

} // namespace slipway::client
