// SPDX-License-Identifier: LGPL-2.1-or-later
// Stage: made with the room's own words.
#include "unit/netlink/stage.hpp"

#include "netlink/addresses.hpp"
#include "netlink/bridges.hpp"
#include "netlink/links.hpp"
#include "netlink/namespace_setup.hpp"
#include "netlink/routes.hpp"
#include "netlink/sysctl.hpp"

#include <fmt/format.h>

namespace slipway::netlink {

void Stage::SetUp()
{
    OwnNetwork::SetUp();
    if (!IsSkipped() && !testing::has_nft())
        GTEST_SKIP() << "wants the program nft";
    if (IsSkipped())
        return;
    set_up_namespace(host(), {});
    write_sysctl("ipv4/ip_forward", "1");
    write_sysctl("ipv6/conf/all/forwarding", "1");
    route_.emplace();
    netfilter_.emplace(Protocol::netfilter);
    blue = make_network("br-blue", "10.1.1.1/24", "fd00:1::1/64");
    red = make_network("br-red", "10.1.2.1/24", "fd00:2::1/64");
    dark = make_network("br-dark", "10.1.3.1/24", "fd00:3::1/64");
    blue_one = make_container(blue, 1);
    blue_two = make_container(blue, 2);
    red_one = make_container(red, 1);
    dark_one = make_container(dark, 1);
    make_outside();
}

TestNetwork Stage::make_network(const char* bridge, const char* v4, const char* v6)
{
    TestNetwork network{bridge, make_bridge(route(), {.name = bridge}), prefix(v4), prefix(v6)};
    set_up(route(), network.index);
    add_address(route(), network.index, network.v4);
    add_address(route(), network.index, network.v6);
    write_sysctl(fmt::format("ipv4/conf/{}/route_localnet", bridge), "1");
    answer_loopback_v6(route(), network.index);
    return network;
}

Actor Stage::make_container(const TestNetwork& network, std::uint64_t number)
{
    Actor actor{make_network_namespace(), fmt::format("{}-{}", network.bridge, number),
                mac(fmt::format("02:00:00:00:{:02x}:{:02x}", network.index, number).c_str()),
                network.v4.address().plus(number), network.v6.address().plus(number)};
    set_up_namespace(actor.place, {});
    const Veth veth = make_veth(
        route(),
        {.host_name = actor.port, .bridge = network.index, .port = {.hairpin = true}, .inner_mac = actor.mac},
        actor.place);
    Socket within = Socket::in(actor.place);
    add_address(within, veth.inner, {actor.v4, network.v4.length()});
    add_address(within, veth.inner, {actor.v6, network.v6.length()});
    add_default_route(within, network.v4.address(), veth.inner);
    add_default_route(within, network.v6.address(), veth.inner);
    return actor;
}

// It knows the way to the containers: their networks are hidden by the rules only.
void Stage::make_outside()
{
    outside = {make_network_namespace(), "wan", {}, address("192.0.2.2"), address("2001:db8::2")};
    set_up_namespace(outside.place, {});
    const Veth veth = make_veth(route(), {.host_name = outside.port}, outside.place);
    add_address(route(), veth.host, {host_v4, 24});
    add_address(route(), veth.host, {host_v6, 64});
    Socket within = Socket::in(outside.place);
    add_address(within, veth.inner, {outside.v4, 24});
    add_address(within, veth.inner, {outside.v6, 64});
    add_default_route(within, host_v4, veth.inner);
    add_default_route(within, host_v6, veth.inner);
}

void Stage::fill()
{
    load_rules(netfilter(), {}, rules_file);
    load_rules(netfilter(), {Family::bridge}, bridge_rules_file);
    ElementBatch batch;
    for (const TestNetwork* network : {&blue, &red, &dark})
        batch.add("bridges", Key{}.interface(network->bridge))
            .add("within", Key{}.interface(network->bridge).interface(network->bridge))
            .add_prefix("near4", network->v4, Key{}.interface(network->bridge))
            .add_prefix("near6", network->v6, Key{}.interface(network->bridge))
            .add("gateways4", Key{}.address(network->v4.address()))
            .add("gateways6", Key{}.address(network->v6.address()));
    for (const TestNetwork* network : {&blue, &red})
        batch.add_prefix("subnets4", network->v4).add_prefix("subnets6", network->v6);
    batch.add("internal", Key{}.interface(dark.bridge));
    commit(netfilter(), {}, batch);
    ElementBatch ports;
    for (const Actor* each : {&blue_one, &blue_two, &red_one, &dark_one}) {
        const auto sender = [each] { return Key{}.interface(each->port).mac(each->mac); };
        ports.add("ports", Key{}.interface(each->port))
            .add("senders", sender())
            .add("senders4", sender().address(each->v4))
            .add("senders6", sender().address(each->v6))
            .add("senders6", sender().address(link_local_of(each->mac)));
    }
    commit(netfilter(), {Family::bridge}, ports);
}

void Stage::publish(const char* set, const Key& key, const IpAddress& address, std::uint16_t port)
{
    commit(netfilter(), {}, ElementBatch{}.add(set, key, Key{}.address(address).port(port)));
}

} // namespace slipway::netlink
