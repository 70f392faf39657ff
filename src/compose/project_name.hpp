// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: of projects, and of what is in them.
#pragma once

#include <string>
#include <string_view>

namespace slipway::compose {

// [a-z0-9][a-z0-9_-]*
bool is_project_name(std::string_view name);

// What remains of a directory's name: lower case, without other letters; may be empty.
std::string project_name_of(std::string_view directory);

// [a-zA-Z0-9._-]+, as services, networks, volumes, configs and secrets are called.
bool is_resource_key(std::string_view key);

} // namespace slipway::compose
