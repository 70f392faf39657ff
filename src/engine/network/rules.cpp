// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules: networks, containers and ports as keys of nftables' sets.
#include "engine/network/rules.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "netlink/addresses.hpp"
#include "netlink/rules.hpp"
#include "netlink/socket.hpp"

#include <array>
#include <set>

namespace slipway::engine {

namespace {

using netlink::ElementBatch;
using netlink::Key;

const netlink::Table table_of_packets{netlink::Family::inet, "slipway"};
const netlink::Table table_of_frames{netlink::Family::bridge, "slipway"};

constexpr std::array packet_sets{"bridges",  "within",    "internal",  "near4",        "near6",
                                 "subnets4", "subnets6",  "gateways4", "gateways6",    "ports4",
                                 "ports6",   "ports_on4", "ports_on6", "untranslated6"};
constexpr std::array frame_sets{"ports", "senders", "senders4", "senders6"};

// Adds to a batch, or takes away.
class Changer {
  public:
    enum class Way { adds, removes };
    explicit Changer(Way way) : way_{way} {}

    void key(const char* set, const Key& key)
    {
        if (way_ == Way::adds)
            batch_.add(set, key);
        else
            batch_.remove(set, key);
    }
    void pair(const char* map, const Key& key, const Key& data)
    {
        if (way_ == Way::adds)
            batch_.add(map, key, data);
        else
            batch_.remove(map, key);
    }
    void prefix(const char* set, const IpPrefix& prefix)
    {
        if (way_ == Way::adds)
            batch_.add_prefix(set, prefix);
        else
            batch_.remove_prefix(set, prefix);
    }
    void prefix(const char* set, const IpPrefix& prefix, const Key& rest)
    {
        if (way_ == Way::adds)
            batch_.add_prefix(set, prefix, rest);
        else
            batch_.remove_prefix(set, prefix, rest);
    }
    ElementBatch& batch() { return batch_; }

  private:
    Way way_;
    ElementBatch batch_;
};

void change_network(Changer& packets, const NetworkSettings& network)
{
    packets.key("bridges", Key{}.interface(network.interface));
    packets.key("within", Key{}.interface(network.interface).interface(network.interface));
    if (network.is_internal)
        packets.key("internal", Key{}.interface(network.interface));
    for (const Subnet& subnet : network.subnets) {
        const bool is_v4 = subnet.prefix.address().is_v4();
        packets.prefix(is_v4 ? "near4" : "near6", subnet.prefix, Key{}.interface(network.interface));
        if (!network.is_internal)
            packets.prefix(is_v4 ? "subnets4" : "subnets6", subnet.prefix);
        packets.key(is_v4 ? "gateways4" : "gateways6", Key{}.address(subnet.gateway));
    }
}

void change_published(Changer& packets, const RulePublished& published)
{
    const PublishedPort& port = published.port;
    for (const std::optional<IpAddress>& target : {published.target.ip4, published.target.ip6}) {
        if (!target || (port.host_address && port.host_address->family() != target->family()))
            continue;
        const auto protocol = static_cast<std::uint8_t>(port.port.protocol);
        const Key data = Key{}.address(*target).port(port.port.number);
        if (port.host_address)
            packets.pair(target->is_v4() ? "ports_on4" : "ports_on6",
                         Key{}.address(*port.host_address).proto(protocol).port(port.host_port), data);
        else
            packets.pair(target->is_v4() ? "ports4" : "ports6", Key{}.proto(protocol).port(port.host_port),
                         data);
    }
}

void change_member(Changer& frames, const RuleMember& member)
{
    const Addresses& own = member.addresses;
    const auto sender = [&] { return Key{}.interface(member.port).mac(own.mac); };
    frames.key("ports", Key{}.interface(member.port));
    frames.key("senders", sender());
    if (own.ip4)
        frames.key("senders4", sender().address(*own.ip4));
    if (own.ip6) {
        frames.key("senders6", sender().address(*own.ip6));
        frames.key("senders6", sender().address(netlink::link_local_of(own.mac)));
    }
}

void change_packets(Changer& changer, const RuleSet& rules)
{
    for (const NetworkSettings& network : rules.networks)
        change_network(changer, network);
    for (const RulePublished& published : rules.published)
        change_published(changer, published);
}

void change_frames(Changer& changer, const RuleSet& rules)
{
    for (const RuleMember& member : rules.members)
        change_member(changer, member);
}

// What br_netfilter does to calls of ::1 (slipway.nft).
void change_loopback(ElementBatch& packets)
{
    const Key loopback = Key{}.address(IpAddress::parse("::1").value());
    if (find_file("/proc/sys/net/bridge/bridge-nf-call-ip6tables").value_or("0").starts_with('1'))
        packets.add("untranslated6", loopback);
    else
        packets.remove("untranslated6", loopback);
}

// False where the table or a set of it is not there.
bool try_commit(netlink::Socket& socket, const netlink::Table& table, const ElementBatch& batch)
{
    if (batch.is_empty())
        return true;
    try {
        netlink::commit(socket, table, batch);
        return true;
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::unavailable)
            throw;
        return false;
    }
}

// Empties the sets and fills them anew, in one transaction: nobody sees them empty.
template <typename Sets>
bool refill(netlink::Socket& socket, const netlink::Table& table, const Sets& sets, const ElementBatch& full)
{
    ElementBatch batch;
    for (const char* set : sets)
        batch.clear(set);
    batch.append(full);
    return try_commit(socket, table, batch);
}

} // namespace

void RuleSet::append(const RuleSet& other)
{
    networks.insert(networks.end(), other.networks.begin(), other.networks.end());
    members.insert(members.end(), other.members.begin(), other.members.end());
    published.insert(published.end(), other.published.begin(), other.published.end());
}

bool Rules::try_add(const RuleSet& added)
{
    netlink::Socket socket{netlink::Protocol::netfilter};
    Changer packets{Changer::Way::adds};
    Changer frames{Changer::Way::adds};
    change_packets(packets, added);
    change_frames(frames, added);
    if (!added.published.empty())
        change_loopback(packets.batch());
    // What a container may send is known before anything can reach it.
    return try_commit(socket, table_of_frames, frames.batch()) &&
           try_commit(socket, table_of_packets, packets.batch());
}

void Rules::remove(const RuleSet& removed)
{
    netlink::Socket socket{netlink::Protocol::netfilter};
    Changer packets{Changer::Way::removes};
    Changer frames{Changer::Way::removes};
    change_packets(packets, removed);
    change_frames(frames, removed);
    static_cast<void>(try_commit(socket, table_of_packets, packets.batch()));
    static_cast<void>(try_commit(socket, table_of_frames, frames.batch()));
}

void Rules::reconcile(const RuleSet& all)
{
    netlink::Socket socket{netlink::Protocol::netfilter};
    netlink::load_rules(socket, table_of_packets, directory_ / "slipway.nft");
    netlink::load_rules(socket, table_of_frames, directory_ / "slipway-bridge.nft");
    if (!try_refill(all))
        throw Failure{ErrorCode::not_supported, "nftables has not got our tables though they were loaded"};
}

bool Rules::try_refill(const RuleSet& all)
{
    netlink::Socket socket{netlink::Protocol::netfilter};
    Changer packets{Changer::Way::adds};
    Changer frames{Changer::Way::adds};
    change_packets(packets, all);
    change_frames(frames, all);
    change_loopback(packets.batch());
    return refill(socket, table_of_frames, frame_sets, frames.batch()) &&
           refill(socket, table_of_packets, packet_sets, packets.batch());
}

} // namespace slipway::engine
