// SPDX-License-Identifier: LGPL-2.1-or-later
// Options: keys as words of the command line that the service runs.
#pragma once

#include "quadlet/key.hpp"
#include "quadlet/service.hpp"

namespace slipway::quadlet {

// "/usr/bin/slipway", "--user" for a user's manager, and what GlobalArgs= says.
Words base_command(Item& item, const Surroundings& surroundings);

void add_option(Words& words, std::string_view option, const std::string& value);

// Of all keys whose shape is their option.
void add_options(Item& item, Words& words);

// PodmanArgs=
void add_own_words(Item& item, Words& words);

} // namespace slipway::quadlet
