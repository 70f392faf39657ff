// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: a firewall that others rule by zones is told of our bridges.
#include "engine/network/networks.hpp"
#include "log/log.hpp"
#include "placement/firewall.hpp"

#include <syslog.h>

namespace slipway::engine {

async::Task<> Networks::tell_firewall(std::string interface)
{
    try {
        async::Task<bool> trusting = placement::trust_link(*system_, interface);
        co_await trusting;
    } catch (const Failure& failure) {
        log::line(LOG_WARNING, "%s", failure.message().c_str());
    }
}

void Networks::tell_firewall_of_all()
{
    for (const std::string& network : served_)
        if (const std::optional<store::NetworkRow> row = store_->networks().find(network))
            tasks_->spawn(tell_firewall(parse_network_settings(row->settings).interface));
}

} // namespace slipway::engine
