// SPDX-License-Identifier: LGPL-2.1-or-later
// Elements: keys as nft would write them, transactions that are all or nothing, what is told of failures.
#include "netlink/elements.hpp"
#include "support/failure_of.hpp"
#include "support/nft.hpp"
#include "support/own_network.hpp"
#include "unit/netlink/words.hpp"

#include <gmock/gmock.h>

#include <netinet/in.h>

namespace slipway::netlink {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const IpAddress one = address("10.1.2.3");
const IpAddress other = address("10.1.2.4");

Key tcp(std::uint16_t port)
{
    return Key{}.proto(IPPROTO_TCP).port(port);
}

Bytes bytes_of(const Key& key)
{
    return {key.bytes().begin(), key.bytes().end()};
}

class Elements : public testing::OwnNetwork {
  protected:
    void SetUp() override
    {
        OwnNetwork::SetUp();
        if (!IsSkipped() && !testing::has_nft())
            GTEST_SKIP() << "wants the program nft";
        if (IsSkipped())
            return;
        testing::nft(R"(table inet slipway {
                 set names { type ifname; }
                 set nets { type ipv4_addr; flags interval; }
                 set nets6 { type ipv6_addr; flags interval; }
                 set triples { type ifname . ether_addr . ipv6_addr; }
                 map ports { type inet_proto . inet_service : ipv4_addr . inet_service; }
               })");
        socket_.emplace(Protocol::netfilter);
    }

    std::size_t commit(const ElementBatch& batch) { return netlink::commit(*socket_, {}, batch); }
    std::vector<Element> elements(const std::string& set) { return *find_elements(*socket_, {}, set); }
    Socket& socket() { return *socket_; }

    static std::string listed(const std::string& set) { return testing::nft("list set inet slipway " + set); }

  private:
    std::optional<Socket> socket_;
};

TEST(AKey, FillsEachOfItsPartsToFourBytes)
{
    EXPECT_EQ(bytes_of(tcp(8080)), (Bytes{6, 0, 0, 0, 0x1f, 0x90, 0, 0}));
}

TEST(AKey, OfOnePartIsNotFilled)
{
    EXPECT_EQ(bytes_of(Key{}.port(80)).size(), 2U);
    EXPECT_EQ(bytes_of(Key{}.interface("br0")).size(), 16U);
}

TEST(AKey, RefusesAnInterfaceThatTheKernelCannotName)
{
    EXPECT_EQ(bytes_of(Key{}.interface("fifteen-letters")).size(), 16U);
    EXPECT_FAILURE(Key{}.interface("sixteen-letters-"), ErrorCode::invalid_argument, "sixteen-letters-");
}

TEST_F(Elements, AreSeenByNftAsTheyWereMeant)
{
    commit(ElementBatch{}
               .add("names", Key{}.interface("br0"))
               .add("triples",
                    Key{}.interface("port0").mac(mac("02:42:0a:00:00:02")).address(address("fd00::7")))
               .add("ports", tcp(8080), Key{}.address(one).port(80)));
    EXPECT_THAT(listed("names"), HasSubstr("\"br0\""));
    EXPECT_THAT(listed("triples"), HasSubstr("\"port0\" . 02:42:0a:00:00:02 . fd00::7"));
    EXPECT_THAT(testing::nft("list map inet slipway ports"), HasSubstr("tcp . 8080 : 10.1.2.3 . 80"));
}

TEST_F(Elements, PrefixesAreIntervals)
{
    commit(ElementBatch{}
               .add_prefix("nets", prefix("10.1.2.0/24"))
               .add_prefix("nets", prefix("10.1.3.0/24"))
               .add_prefix("nets", prefix("10.1.255.0/24"))
               .add_prefix("nets", prefix("255.255.255.0/24"))
               .add_prefix("nets6", prefix("fd00:1::/64")));
    const std::string seen = listed("nets");
    for (const char* text : {"10.1.2.0/24", "10.1.3.0/24", "10.1.255.0/24", "255.255.255.0/24"})
        EXPECT_THAT(seen, HasSubstr(text));
    EXPECT_THAT(listed("nets6"), HasSubstr("fd00:1::/64"));
    commit(ElementBatch{}.remove_prefix("nets", prefix("10.1.2.0/24")));
    EXPECT_THAT(listed("nets"), Not(HasSubstr("10.1.2.0/24")));
    EXPECT_THAT(listed("nets"), HasSubstr("10.1.3.0/24"));
    EXPECT_FAILURE(commit(ElementBatch{}.add_prefix("nets", prefix("10.1.3.128/25"))), ErrorCode::name_taken,
                   "nets");
}

TEST_F(Elements, AddingTwiceIsHarmless)
{
    const auto batch = ElementBatch{}
                           .add("ports", tcp(80), Key{}.address(one).port(80))
                           .add_prefix("nets", prefix("10.1.2.0/24"));
    commit(batch);
    EXPECT_EQ(commit(batch), 0U);
    EXPECT_EQ(elements("ports").size(), 1U);
}

TEST_F(Elements, APortThatIsAnothersIsToldByItsCode)
{
    commit(ElementBatch{}.add("ports", tcp(80), Key{}.address(one).port(80)));
    EXPECT_FAILURE(commit(ElementBatch{}.add("ports", tcp(80), Key{}.address(other).port(80))),
                   ErrorCode::name_taken, "ports");
}

TEST_F(Elements, ATransactionIsAllOrNothing)
{
    commit(ElementBatch{}.add("ports", tcp(80), Key{}.address(one).port(80)));
    EXPECT_THROW(commit(ElementBatch{}
                            .add("names", Key{}.interface("br0"))
                            .add("ports", tcp(80), Key{}.address(other).port(80))),
                 Failure);
    EXPECT_THAT(elements("names"), IsEmpty());
    EXPECT_THROW(commit(ElementBatch{}
                            .add("names", Key{}.interface("br0"))
                            .remove("names", Key{}.interface("br1"), WhenAbsent::fails)),
                 Failure);
    EXPECT_THAT(elements("names"), IsEmpty());
}

TEST_F(Elements, RemovingWhatIsNotThereIsToldAndTheRestIsDone)
{
    EXPECT_EQ(commit(ElementBatch{}
                         .remove("names", Key{}.interface("br1"))
                         .add("names", Key{}.interface("br0"))
                         .remove("ports", tcp(80))),
              2U);
    EXPECT_EQ(elements("names").size(), 1U);
}

TEST_F(Elements, AreListedAsTheyWerePut)
{
    commit(ElementBatch{}
               .add("ports", tcp(80), Key{}.address(one).port(8000))
               .add("ports", tcp(81), Key{}.address(one).port(8001)));
    EXPECT_THAT(elements("ports"),
                UnorderedElementsAre(Element{bytes_of(tcp(80)), bytes_of(Key{}.address(one).port(8000))},
                                     Element{bytes_of(tcp(81)), bytes_of(Key{}.address(one).port(8001))}));
    commit(ElementBatch{}.clear("ports"));
    EXPECT_THAT(elements("ports"), IsEmpty());
}

TEST_F(Elements, TenThousandGoInOneTransaction)
{
    ElementBatch batch;
    for (std::uint16_t port = 1; port <= 10000; ++port)
        batch.add("ports", tcp(port), Key{}.address(one).port(port));
    commit(batch);
    EXPECT_EQ(elements("ports").size(), 10000U);
}

TEST_F(Elements, OfATableThatIsNotThereAreUnavailable)
{
    EXPECT_FAILURE(netlink::commit(socket(), {Family::inet, "none"},
                                   ElementBatch{}.add("names", Key{}.interface("br0"))),
                   ErrorCode::unavailable, "names");
    EXPECT_FALSE(find_elements(socket(), {Family::inet, "none"}, "names"));
    EXPECT_FALSE(find_elements(socket(), {}, "none"));
}

// More refusals than a socket holds.
TEST_F(Elements, RefusalsOfManyAreToldAsThoseOfOne)
{
    ElementBatch batch;
    for (std::uint16_t port = 1; port <= 10000; ++port)
        batch.add("ports", tcp(port), Key{}.address(one).port(port));
    EXPECT_FAILURE(netlink::commit(socket(), {Family::inet, "none"}, batch), ErrorCode::unavailable, "ports");
    batch = {};
    for (std::uint16_t port = 1; port <= 2000; ++port)
        batch.remove("ports", tcp(port));
    EXPECT_EQ(commit(batch.add("names", Key{}.interface("br0"))), 2000U);
    EXPECT_EQ(elements("names").size(), 1U);
}

} // namespace
} // namespace slipway::netlink
