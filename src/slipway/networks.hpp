// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks and ports as docker's users write them: --network, --ip, -p and the like.
#pragma once

#include "arguments/options.hpp"
#include "client/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

struct NetworkOptions {
    std::vector<std::string> networks;
    std::optional<std::string> ip4;
    std::optional<std::string> ip6;
    std::optional<std::string> mac;
    std::vector<std::string> aliases;
};

void add_network_options(Options& options, NetworkOptions& target, client::ContainerSettings& settings);

// What is said of the first network is said with its name. Throws UsageError.
void apply(const NetworkOptions& options, client::ContainerSettings& settings);

} // namespace slipway::cli
