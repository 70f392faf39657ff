// SPDX-License-Identifier: LGPL-2.1-or-later
// What was asked for a container, as far as its description says it: enough to make an equal one.
#pragma once

#include "base/json.hpp"
#include "engine/container/settings.hpp"

namespace slipway::api {

// Members of docker's HostConfig, and some of ours.
Json wishes_json(const engine::ContainerSpec& spec);

} // namespace slipway::api
