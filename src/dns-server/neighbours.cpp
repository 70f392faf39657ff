// SPDX-License-Identifier: LGPL-2.1-or-later
// Neighbours: a view each, refreshed by each look.
#include "dns-server/neighbours.hpp"

namespace slipway::dns_server {

const View& Neighbours::look(const std::string& network)
{
    View& view = views_.try_emplace(network, directory_ / network).first->second;
    view.refresh();
    return view;
}

void Neighbours::forget_others(const std::set<std::string>& networks)
{
    std::erase_if(views_, [&](const auto& entry) { return !networks.contains(entry.first); });
}

} // namespace slipway::dns_server
