// SPDX-License-Identifier: LGPL-2.1-or-later
// Outlooks: by address, for those who ask, and by owner, for what changes.
#include "dns-server/outlooks.hpp"

namespace slipway::dns_server {

void Outlooks::clear()
{
    by_address_.clear();
    by_owner_.clear();
}

void Outlooks::apply(const names::Change& change)
{
    if (const auto before = by_owner_.find(change.owner); before != by_owner_.end()) {
        for (const IpAddress& address : before->second) {
            // Another one may have the address by now.
            const auto asker = by_address_.find(address);
            if (asker != by_address_.end() && asker->second.owner == change.owner)
                by_address_.erase(asker);
        }
        by_owner_.erase(before);
    }
    if (change.outlook.from.empty() || change.outlook.networks.empty())
        return;
    for (const IpAddress& address : change.outlook.from)
        by_address_.insert_or_assign(address, Asker{change.owner, change.outlook.networks});
    by_owner_.emplace(change.owner, change.outlook.from);
}

std::set<std::string> Outlooks::networks() const
{
    std::set<std::string> all;
    for (const auto& [address, asker] : by_address_)
        all.insert(asker.networks.begin(), asker.networks.end());
    return all;
}

const std::vector<std::string>* Outlooks::find_among_some(const IpAddress& address) const
{
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &found->second.networks;
}

} // namespace slipway::dns_server
