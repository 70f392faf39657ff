// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a container's description, each written as lines of a .container file.
#pragma once

#include "base/json.hpp"
#include "quadlet/words.hpp"
#include "slipway/unit_writer.hpp"

namespace slipway::cli {

// What a payload has anyway.
inline constexpr const char* usual_path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// IMAGE: its Config; HOST and CONFIG: the container's HostConfig and Config.
void write_mounts(const Json& container, const Json& image, UnitWriter& writer);
void write_networks(const Json& host, const Json& image, UnitWriter& writer);
void write_security(const Json& host, UnitWriter& writer);
void write_surroundings(const Json& host, const Json& config, UnitWriter& writer);
void write_limits(const Json& limits, UnitWriter& writer);
void write_health(const Json& config, const Json& image, const Json& host, UnitWriter& writer);
void write_wires(const Json& container, UnitWriter& writer);

} // namespace slipway::cli
