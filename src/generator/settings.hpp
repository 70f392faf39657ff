// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings: whose manager asks, and where files are looked for.
#pragma once

#include "generator/log.hpp"
#include "quadlet/search.hpp"

#include <vector>

namespace slipway::generator {

struct Settings {
    quadlet::Scope scope = quadlet::Scope::machine;
    std::vector<quadlet::Place> places;
};

// From the environment (systemd.generator(7)) and /etc/slipway/generator.conf; what is wrong there goes to
// LOG.
Settings read_settings(const Log& log);

} // namespace slipway::generator
