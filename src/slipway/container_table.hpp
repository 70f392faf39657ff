// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers as a table, as ps and its like print them.
#pragma once

#include "base/time.hpp"
#include "client/container.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

// Of IDs and commands.
enum class Length { whole, cut };

std::string containers_table(const std::vector<client::ContainerInfo>& containers, Length length,
                             RealTime present);
// IDs alone, one a line.
std::string id_lines(const std::vector<client::ContainerInfo>& containers, Length length);

} // namespace slipway::cli
