// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: rows of networks, and addresses that are one container's each and go with it.
#include "samples.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::store {

namespace {

using testing::add_image;
using testing::container_row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::id_of;
using ::testing::IsEmpty;

IpAddress address(std::string_view text)
{
    return IpAddress::parse(text).value();
}

class NetworksTest : public ::testing::Test {
  protected:
    NetworksTest()
    {
        networks_.insert({"back", from_usec(5), 0, "{}"});
        store_.add_container(container_row('a', "web", image_.id));
    }

    slipway::testing::TemporaryDirectory root_;
    Store store_{root_.path()};
    Networks& networks_ = store_.networks();
    ImageRow image_ = add_image(store_, "web:1", {"base"});
};

TEST_F(NetworksTest, ComeBackAsTheyWereWritten)
{
    EXPECT_EQ(networks_.at("back"), (NetworkRow{"back", from_usec(5), 0, "{}"}));
    networks_.set_cursor("back", 7);
    EXPECT_EQ(networks_.at("back").cursor, 7U);
    EXPECT_FAILURE(networks_.at("other"), ErrorCode::no_such_network, "other");
    EXPECT_FAILURE(networks_.insert({"back", {}, 0, "{}"}), ErrorCode::name_taken, "back");
}

TEST_F(NetworksTest, GiveAnAddressToOne)
{
    EXPECT_TRUE(networks_.take_address("back", address("10.1.0.2"), id_of('a')));
    EXPECT_FALSE(networks_.take_address("back", address("10.1.0.2"), id_of('a')));
    EXPECT_TRUE(networks_.has_address("back", address("10.1.0.2")));
    EXPECT_THAT(networks_.addresses("back", id_of('a')), ElementsAre(address("10.1.0.2")));
}

TEST_F(NetworksTest, TakeAddressesBackWithTheContainer)
{
    networks_.take_address("back", address("10.1.0.2"), id_of('a'));
    EXPECT_FAILURE(networks_.remove("back"), ErrorCode::network_in_use, "back");
    store_.remove_container(id_of('a'));
    EXPECT_THAT(networks_.addresses("back"), IsEmpty());
    networks_.remove("back");
    EXPECT_THAT(networks_.list(), IsEmpty());
}

TEST_F(NetworksTest, KeepRecordsUntilTheyGoWithTheNetwork)
{
    const RecordRow row{"db.slipway.internal.", "A", "192.0.2.1"};
    EXPECT_TRUE(networks_.add_record("back", row));
    EXPECT_FALSE(networks_.add_record("back", row));
    EXPECT_TRUE(networks_.add_record("back", {"a.slipway.internal.", "TXT", "\"x\""}));
    EXPECT_THAT(networks_.records("back"),
                ElementsAre(RecordRow{"a.slipway.internal.", "TXT", "\"x\""}, row));
    EXPECT_TRUE(networks_.remove_record("back", row));
    EXPECT_FALSE(networks_.remove_record("back", row));
    networks_.remove("back");
    networks_.insert({"back", from_usec(6), 0, "{}"});
    EXPECT_THAT(networks_.records("back"), IsEmpty());
}

TEST_F(NetworksTest, StandBesideWhatIsSettledForAll)
{
    Settings& settings = store_.settings();
    EXPECT_EQ(settings.find("hosts_file"), "");
    settings.set("hosts_file", "/etc/hosts");
    settings.set("hosts_file", "/etc/other");
    EXPECT_EQ(settings.find("hosts_file"), "/etc/other");
    settings.set("hosts_file", "");
    EXPECT_EQ(settings.find("hosts_file"), "");
}

TEST_F(NetworksTest, LeaveNothingOfAContainerThatDoesNotCome)
{
    const auto claim = [&] {
        networks_.take_address("back", address("10.1.0.2"), id_of('b'));
        throw Failure{ErrorCode::no_address, "full"};
    };
    EXPECT_FAILURE(store_.add_container(container_row('b', "db", image_.id), {}, claim),
                   ErrorCode::no_address, "full");
    EXPECT_THAT(networks_.addresses("back"), IsEmpty());
    EXPECT_FALSE(store_.containers().find("db"));
}

} // namespace

} // namespace slipway::store
