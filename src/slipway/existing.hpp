// SPDX-License-Identifier: LGPL-2.1-or-later
// What --ignore of a create makes of a network or a volume that is there already: nothing, or a refusal.
#pragma once

#include "client/network.hpp"
#include "client/volume.hpp"

#include <map>
#include <optional>
#include <string>

namespace slipway::cli {

// What of WISH is otherwise in what there is; what was left open may be anything.
std::optional<std::string> find_difference(const client::NetworkSettings& wish,
                                           const client::NetworkInfo& info);
// DESCRIPTION: the volume's, as Volume.Describe has it.
std::optional<std::string> find_difference(const std::map<std::string, std::string>& labels,
                                           const std::map<std::string, std::string>& options,
                                           const std::string& description);

// Throws Failure{name_taken} where there is a difference.
void require_same(const std::string& what, const std::optional<std::string>& difference);

} // namespace slipway::cli
