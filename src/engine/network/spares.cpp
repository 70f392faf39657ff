// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: namespaces, links and addresses made ahead, since making them takes longer than all else of a
// network.
#include "base/id.hpp"
#include "engine/container/id_ranges.hpp"
#include "engine/network/networks.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// One is taken while the other is being made.
constexpr std::size_t spares_per_network = 2;

} // namespace

bool Networks::wants_spare(const NetworkPlan& plan) const
{
    if (plan.kind != NetworkKind::own || plan.connections.size() != 1)
        return false;
    const std::string& network = plan.connections.front().network;
    const auto count = std::count_if(spares_.begin(), spares_.end(),
                                     [&network](const auto& spare) { return spare->network == network; });
    return static_cast<std::size_t>(count) + spares_in_making_ < spares_per_network &&
           settings_of(network).driver == NetworkDriver::bridge;
}

std::shared_ptr<Spare> Networks::take_spare(const NetworkPlan& plan)
{
    if (plan.kind != NetworkKind::own || plan.connections.size() != 1)
        return nullptr;
    const Connection& wish = plan.connections.front();
    if (plan.bandwidth != Bandwidth{} || wish.ip4 || wish.ip6 || wish.mac || wish.interface != "eth0" ||
        wish.slot != 0)
        return nullptr;
    const auto found = std::find_if(spares_.begin(), spares_.end(),
                                    [&wish](const auto& spare) { return spare->network == wish.network; });
    if (found == spares_.end())
        return nullptr;
    std::shared_ptr<Spare> spare = std::move(*found);
    spares_.erase(found);
    return spare;
}

std::set<std::uint32_t> Networks::spare_ids() const
{
    std::set<std::uint32_t> ids = promised_ids_;
    for (const auto& spare : spares_)
        ids.insert(spare->first_host_id);
    return ids;
}

std::set<IpAddress> Networks::promised_addresses(const std::string& network) const
{
    std::set<IpAddress> promised;
    for (const auto& spare : spares_)
        if (spare->network == network)
            for (const std::optional<IpAddress>& address : {spare->addresses.ip4, spare->addresses.ip6})
                if (address)
                    promised.insert(*address);
    return promised;
}

RuleSet Networks::rules_of(const Spare& spare) const
{
    RuleSet rules;
    rules.networks.push_back(settings_of(spare.network));
    rules.members.push_back({port_name(spare.container, 0), spare.addresses});
    return rules;
}

async::Task<> Networks::make_spare(std::string network, std::uint32_t first_host_id)
{
    struct InMaking {
        Networks* networks;
        std::uint32_t id;
        InMaking(Networks* of, std::uint32_t first) : networks{of}, id{first}
        {
            ++networks->spares_in_making_;
            networks->promised_ids_.insert(id);
        }
        InMaking(const InMaking&) = delete;
        InMaking& operator=(const InMaking&) = delete;
        InMaking(InMaking&&) = delete;
        InMaking& operator=(InMaking&&) = delete;
        ~InMaking()
        {
            --networks->spares_in_making_;
            networks->promised_ids_.erase(id);
        }
    };
    const InMaking in_making{this, first_host_id};
    auto spare = std::make_shared<Spare>();
    spare->container = make_id();
    spare->network = network;
    spare->first_host_id = first_host_id;
    const NetworkSettings settings = settings_of(network);
    spare->addresses = choose_addresses(store_->networks(), network, settings, promised_addresses(network));
    const std::vector<kernel::IdRange> range{{0, first_host_id, ids_per_container}};
    NamespaceOrder order{{range, range}, {}};
    order.wires.push_back({network,
                           settings,
                           spare->addresses,
                           "eth0",
                           port_name(spare->container, 0),
                           {},
                           !settings.is_internal});
    std::function<void()> deed = [rules = rules_, own = rules_of(*spare), order = std::move(order), spare] {
        if (rules->try_add(own))
            spare->namespaces = wire(order);
    };
    co_await work(std::move(deed));
    // Meanwhile somebody may have asked for just this address, or have removed the network.
    const auto has = [&](const std::optional<IpAddress>& address) {
        return address && store_->networks().has_address(network, *address);
    };
    if (!spare->namespaces.network || !store_->networks().find(network) || has(spare->addresses.ip4) ||
        has(spare->addresses.ip6))
        co_return;
    spares_.push_back(std::move(spare));
}

void Networks::drop_spares(const std::string& network, const std::set<IpAddress>& addresses)
{
    std::erase_if(spares_, [&](const auto& spare) {
        const auto is_one = [&addresses](const std::optional<IpAddress>& address) {
            return address && addresses.contains(*address);
        };
        return spare->network == network &&
               (addresses.empty() || is_one(spare->addresses.ip4) || is_one(spare->addresses.ip6));
    });
}

} // namespace slipway::engine
