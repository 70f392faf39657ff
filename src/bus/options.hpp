// SPDX-License-Identifier: LGPL-2.1-or-later
// Options: an a{sv} with documented keys; an unknown key is refused by its name.
#pragma once

#include "bus/message.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::bus {

// Reads the value of one key, the message standing inside its variant.
using OptionReader = std::function<void(Message&)>;
using OptionTable = std::map<std::string, OptionReader, std::less<>>;

// Readers for the usual types; a value of another type is refused with the key's name by read_options().
OptionReader into(std::string& target);
OptionReader into(bool& target);
OptionReader into(std::uint32_t& target);
OptionReader into(std::uint64_t& target);
OptionReader into(std::optional<std::uint32_t>& target);
OptionReader into(std::optional<std::uint64_t>& target);
OptionReader into(std::vector<std::string>& target);
OptionReader into(std::vector<Fd>& target);
OptionReader into(std::map<std::string, std::string>& target);
OptionReader into(std::map<std::string, std::uint64_t>& target);

// Reads an a{sv}. Throws Failure{unknown_option} or Failure{invalid_argument}.
void read_options(Message& message, const OptionTable& table);

} // namespace slipway::bus
