// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: the records of a container on a network.
#include "base/file.hpp"
#include "engine/network/names.hpp"
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
