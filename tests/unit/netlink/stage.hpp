// SPDX-License-Identifier: LGPL-2.1-or-later
// Stage: a host with three networks, containers on them and somebody outside, each in a network namespace of
// the test's own.
#pragma once

#include "netlink/elements.hpp"
#include "netlink/rules.hpp"
#include "support/nft.hpp"
#include "support/own_network.hpp"
#include "unit/netlink/words.hpp"

#include <optional>
#include <string>

namespace slipway::netlink {

inline const std::filesystem::path rules_file = SLIPWAY_RULES_DIRECTORY "/slipway.nft";
inline const std::filesystem::path bridge_rules_file = SLIPWAY_RULES_DIRECTORY "/slipway-bridge.nft";

// A container, or somebody outside.
struct Actor {
    Fd place;
    std::string port; // the host's end of its link
    MacAddress mac;
    IpAddress v4;
    IpAddress v6;
};

struct TestNetwork {
    std::string bridge;
    int index = 0;
    IpPrefix v4; // with the gateway's address
    IpPrefix v6;
};

class Stage : public testing::OwnNetwork {
  protected:
    void SetUp() override;

    // Rules and elements, as the engine would fill them.
    void fill();
    void publish(const char* set, const Key& key, const IpAddress& address, std::uint16_t port);

    Socket& route() { return *route_; }
    Socket& netfilter() { return *netfilter_; }

    TestNetwork blue, red, dark; // dark is internal
    Actor blue_one, blue_two, red_one, dark_one, outside;
    const IpAddress host_v4 = address("192.0.2.1");
    const IpAddress host_v6 = address("2001:db8::1");

  private:
    TestNetwork make_network(const char* bridge, const char* v4, const char* v6);
    Actor make_container(const TestNetwork& network, std::uint64_t number);
    void make_outside();

    std::optional<Socket> route_;
    std::optional<Socket> netfilter_;
};

} // namespace slipway::netlink
