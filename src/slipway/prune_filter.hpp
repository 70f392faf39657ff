// SPDX-License-Identifier: LGPL-2.1-or-later
// Prune filters: what --filter says of the things that are to go.
#pragma once

#include "arguments/options.hpp"
#include "base/time.hpp"
#include "client/manager.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

// Adds "--filter"; WORDS get what stands behind it.
void add_filter(Options& options, std::vector<std::string>& words);

// "until=24h", "label=KEY", "label=KEY=VALUE", "label!=KEY"; labels add up, of several moments the earliest
// counts. Throws UsageError.
client::PruneFilter read_filter(const std::vector<std::string>& words, RealTime present);

// "Deleted Images:\n", a line for each with PREFIX, and an empty line; nothing where none went.
std::string pruned_text(const std::string& title, const std::string& prefix, const client::Pruned& pruned);

} // namespace slipway::cli
