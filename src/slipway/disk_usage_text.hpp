// SPDX-License-Identifier: LGPL-2.1-or-later
// What everything takes of the disk, as docker's tables and as JSON.
#pragma once

#include "client/manager.hpp"

#include <string>

namespace slipway::cli {

// A line for each kind.
std::string summary_text(const client::DiskUsage& usage, const client::Inventory& inventory);
// A table for each kind. What is in USAGE and not in INVENTORY has gone meanwhile and is left out.
std::string verbose_text(const client::DiskUsage& usage, const client::Inventory& inventory,
                         RealTime present);
std::string usage_json(const client::DiskUsage& usage, const client::Inventory& inventory);

} // namespace slipway::cli
