// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerSettings as JSON: what a group keeps of how its members are to be made.
#pragma once

#include "base/json.hpp"
#include "engine/container/settings.hpp"

namespace slipway::engine {

// Members that are as they come are left out, so what is equal is equal as text.
Json settings_json(const ContainerSettings& settings);
// Of what settings_json() has written.
ContainerSettings read_settings_json(const Json& json);

} // namespace slipway::engine
