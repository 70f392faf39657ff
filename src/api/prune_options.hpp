// SPDX-License-Identifier: LGPL-2.1-or-later
// What a prune may be told of the things that go.
#pragma once

#include "bus/options.hpp"
#include "engine/care/prune_filter.hpp"

namespace slipway::api {

// Until, Labels and OtherLabels become known in TABLE.
void add_filter(bus::OptionTable& table, engine::PruneFilter& filter);

} // namespace slipway::api
