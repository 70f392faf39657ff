// SPDX-License-Identifier: LGPL-2.1-or-later
// Stale flows: which of those that the kernel tracks a published port makes stale.
#include "engine/network/stale_flows.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

IpAddress ip(const char* text)
{
    return IpAddress::parse(text).value();
}

const IpAddress machine = ip("192.0.2.1");
const IpAddress old_one = ip("10.208.0.2");
const IpAddress new_one = ip("10.208.0.3");
const std::set<IpAddress> own{machine, ip("2001:db8::1")};

RulePublished published(Protocol protocol = Protocol::udp)
{
    RulePublished port;
    port.port.host_port = 5300;
    port.port.port = {protocol, 53};
    port.target.ip4 = new_one;
    port.target.ip6 = ip("fd00::3");
    return port;
}

TEST(StaleFlows, PassByWhereTheyLeadElsewhereOrNowhere)
{
    EXPECT_TRUE(passes_by({machine, 5300, old_one}, published(), own));
    EXPECT_TRUE(passes_by({machine, 5300, machine}, published(), own)) << "it came while nobody had the port";
    EXPECT_TRUE(passes_by({ip("2001:db8::1"), 5300, ip("fd00::2")}, published(), own));
    EXPECT_TRUE(passes_by({ip("127.0.0.9"), 5300, old_one}, published(), own));
    EXPECT_FALSE(passes_by({machine, 5300, new_one}, published(), own));
}

TEST(StaleFlows, OfOtherPortsAndOtherHostsAreLeftAlone)
{
    EXPECT_FALSE(passes_by({machine, 5301, old_one}, published(), own));
    EXPECT_FALSE(passes_by({ip("8.8.8.8"), 5300, ip("8.8.8.8")}, published(), own));
    EXPECT_FALSE(passes_by({machine, 5300, old_one}, published(Protocol::tcp), own));
    RulePublished elsewhere = published();
    elsewhere.port.host_address = ip("192.0.2.9");
    EXPECT_FALSE(passes_by({machine, 5300, old_one}, elsewhere, own));
    elsewhere.port.host_address = machine;
    EXPECT_TRUE(passes_by({machine, 5300, old_one}, elsewhere, own));
}

TEST(StaleFlows, LeadToAContainerByItsPublishedPortOnly)
{
    EXPECT_TRUE(leads_to({machine, 5300, new_one}, published()));
    EXPECT_FALSE(leads_to({machine, 5300, old_one}, published()));
    EXPECT_FALSE(leads_to({new_one, 5300, new_one}, published())) << "the container was called itself";
    EXPECT_FALSE(leads_to({machine, 5300, new_one}, published(Protocol::tcp)));
}

TEST(StaleFlows, AreLookedForWhereDatagramsArePublished)
{
    EXPECT_TRUE(has_datagrams({published(Protocol::tcp), published()}));
    EXPECT_FALSE(has_datagrams({published(Protocol::tcp)}));
}

} // namespace
} // namespace slipway::engine
