// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: the records of a container on a network.
#include "base/file.hpp"
#include "engine/network/names.hpp"
#include "engine/network/service_names.hpp"
#include "names/record.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

NamedMember member()
{
    NamedMember member{"id", "Web", parse_connection("back:alias=www"), {}, {{Protocol::tcp, 80}}};
    member.addresses.ip4 = IpAddress::parse("10.208.0.2").value();
    member.addresses.ip6 = IpAddress::parse("fd00::2a").value();
    return member;
}

std::vector<std::string> texts(const std::vector<names::Record>& records)
{
    std::vector<std::string> found;
    for (const names::Record& record : records)
        found.push_back(json_text(names::to_json(record)));
    return found;
}

TEST(NamesTest, AreAddressesServicesAndTheWayBack)
{
    EXPECT_THAT(
        texts(records_of(member())),
        ElementsAre(
            HasSubstr(R"("data":"10.208.0.2","name":"web.slipway.internal")"),
            HasSubstr(R"("data":"fd00::2a","name":"web.slipway.internal")"),
            HasSubstr(R"("name":"_80._tcp.web.slipway.internal")"),
            HasSubstr(R"("data":"10.208.0.2","name":"www.slipway.internal")"),
            HasSubstr(R"("data":"fd00::2a","name":"www.slipway.internal")"),
            HasSubstr(R"("name":"_80._tcp.www.slipway.internal")"),
            HasSubstr(R"("data":"web.slipway.internal","name":"2.0.208.10.in-addr.arpa")"),
            HasSubstr(
                R"("name":"a.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa")")));
}

TEST(NamesTest, AreTheGroupsToo)
{
    NamedMember web = member();
    web.connection.aliases.clear();
    web.addresses.ip6.reset();
    web.group_names = {"shop", "web.shop"};
    EXPECT_THAT(texts(records_of(web)),
                ElementsAre(HasSubstr(R"("name":"web.slipway.internal")"),
                            HasSubstr(R"("name":"_80._tcp.web.slipway.internal")"),
                            HasSubstr(R"("data":"10.208.0.2","name":"shop.slipway.internal")"),
                            HasSubstr(R"("name":"_80._tcp.shop.slipway.internal")"),
                            HasSubstr(R"("data":"10.208.0.2","name":"web.shop.slipway.internal")"),
                            HasSubstr(R"("name":"_80._tcp.web.shop.slipway.internal")"),
                            HasSubstr(R"("name":"2.0.208.10.in-addr.arpa")")));
}

TEST(NamesTest, LetServicesBeBrowsed)
{
    NamedMember web = member();
    web.name = "my.Web";
    web.services = {{{Protocol::tcp, 80}, "http"}, {{Protocol::sctp, 5672}, "amqp"}};
    std::vector<std::string> found = texts(records_of(web));
    found.erase(found.begin(),
                found.begin() + static_cast<std::ptrdiff_t>(texts(records_of(member())).size()));
    EXPECT_THAT(
        found,
        ElementsAre(
            R"({"data":"_http._tcp.slipway.internal","name":"_services._dns-sd._udp.slipway.internal","type":"PTR"})",
            R"({"data":"my\\.web._http._tcp.slipway.internal","name":"_http._tcp.slipway.internal","type":"PTR"})",
            R"({"name":"my\\.web._http._tcp.slipway.internal","port":80,"target":"my.web.slipway.internal","type":"SRV"})",
            R"({"name":"my\\.web._http._tcp.slipway.internal","texts":[""],"type":"TXT"})",
            HasSubstr(R"("_amqp._udp.slipway.internal","name":"_services._dns-sd._udp.slipway.internal")"),
            HasSubstr(R"("my\\.web._amqp._udp.slipway.internal")"), HasSubstr(R"("port":5672)"),
            HasSubstr(R"("TXT")")));
    EXPECT_THAT(texts(records_of(web)).size(), records_of(web).size());
}

TEST(NamesTest, OfServicesAreThoseThatDnsSdHasRoomFor)
{
    for (const char* name : {"http", "x11-1", "a", "postgresql", "exactly-15-char"})
        EXPECT_TRUE(is_service_name(name)) << name;
    for (const char* name : {"", "whois++", "-http", "http-", "123", "sixteen-letters-", "a.b"})
        EXPECT_FALSE(is_service_name(name)) << name;
}

TEST(NamesTest, AreToldWithTheFurtherNetworksOfWhoAsks)
{
    const slipway::testing::TemporaryDirectory directory;
    Names names{directory.path()};
    NetworkSettings closed;
    closed.is_internal = true;
    names.open("back", closed);
    NamedMember both = member();
    both.others = {"front"};
    names.set("back", both);
    EXPECT_THAT(read_file(directory.path() / "back"),
                ::testing::AllOf(HasSubstr(R"("forwards":false)"), HasSubstr(R"("also":["front"])"),
                                 HasSubstr(R"("from":["10.208.0.2","fd00::2a"])")));
    names.replace("back", {both}, {{"fixed.slipway.internal", IpAddress::parse("192.0.2.1").value()}});
    EXPECT_THAT(read_file(directory.path() / "back"),
                ::testing::AllOf(HasSubstr(R"("also":["front"])"), HasSubstr("fixed.slipway.internal"),
                                 HasSubstr("lb._dns-sd._udp.slipway.internal")));
    EXPECT_EQ(names.addresses().size(), 5U);
    names.set_static("back", {});
    EXPECT_THAT(read_file(directory.path() / "back"), HasSubstr(R"({"unset":"static"})"));
}

TEST(NamesTest, AreToldOfNetworksThatAreOpenAlone)
{
    const slipway::testing::TemporaryDirectory directory;
    Names names{directory.path() / "names"};
    names.set("back", member());
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "names"));
    names.open("back", {});
    names.set("back", member());
    EXPECT_THAT(read_file(directory.path() / "names/back"), HasSubstr("web.slipway.internal"));
    names.replace("back", {});
    EXPECT_THAT(read_file(directory.path() / "names/back"), Not(HasSubstr("web.slipway.internal")));
    names.remove("back");
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "names/back"));
}

} // namespace

} // namespace slipway::engine
