// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers: rows found by name, id and the beginning of an id.
#include "samples.hpp"
#include "store/containers.hpp"
#include "store/images.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace slipway::store {
namespace {

using testing::container_row;
using testing::id_of;

class ContainersTest : public ::testing::Test {
  protected:
    ContainersTest() { images_.add(image_); }
    ContainerRow insert(char digit, std::string_view name)
    {
        ContainerRow row = container_row(digit, name, image_.id);
        containers_.insert(row);
        return row;
    }

    slipway::testing::TemporaryDirectory root_;
    Database database_{root_ / "state.db"};
    Images images_{database_};
    Containers containers_{database_};
    ImageRow image_ = testing::image_row("debian:bookworm", {"base"});
};

TEST_F(ContainersTest, ComeBackAsTheyWereWritten)
{
    ContainerRow row = insert('a', "web");
    EXPECT_EQ(containers_.at("web"), row);
    row.state = {Phase::exited, from_usec(5), from_usec(9), 137, 9, "oom-kill", 4242, "boot"};
    containers_.update(row.id, row.state);
    EXPECT_EQ(containers_.at("web"), row);
    row.state.phase = Phase::running;
    containers_.update(row.id, row.state);
    EXPECT_EQ(containers_.at(row.id), row);
}

TEST_F(ContainersTest, AreListedOldestFirst)
{
    insert('c', "third");
    insert('a', "first");
    insert('b', "second");
    std::vector<std::string> names;
    for (const ContainerRow& row : containers_.list())
        names.push_back(row.name);
    EXPECT_EQ(names, (std::vector<std::string>{"first", "second", "third"}));
}

TEST_F(ContainersTest, SecondOfANameIsRefusedNamingTheHolder)
{
    insert('a', "web");
    EXPECT_FAILURE(insert('b', "web"), ErrorCode::name_taken, "taken by container aaaaaaaaaaaa");
    EXPECT_EQ(containers_.list().size(), 1U);
}

TEST_F(ContainersTest, OneOfAnUnknownImageIsRefused)
{
    const ContainerRow row = container_row('a', "web", Digest::of_hex(id_of('9')));
    EXPECT_FAILURE(containers_.insert(row), ErrorCode::no_such_image, "debian:bookworm");
    EXPECT_TRUE(containers_.list().empty());
}

TEST_F(ContainersTest, AreFoundByNameThenByTheBeginningOfTheirId)
{
    insert('a', "web");
    insert('b', "aaa");
    EXPECT_EQ(containers_.at("aaa").id, id_of('b')) << "a name wins over a beginning";
    EXPECT_EQ(containers_.at("aaaa").id, id_of('a'));
    EXPECT_EQ(containers_.at(id_of('a')).name, "web");
    for (const char* text : {"", "A", "we", "c", "%", "a%"})
        EXPECT_FALSE(containers_.find(text)) << text;
    EXPECT_FALSE(containers_.find(id_of('a') + "a"));
    EXPECT_FAILURE(containers_.at("db"), ErrorCode::no_such_container, "no container \"db\"");
}

TEST_F(ContainersTest, WholeIdWinsOverANameThatLooksLikeIt)
{
    insert('a', "web");
    insert('b', id_of('a'));
    EXPECT_EQ(containers_.at(id_of('a')).name, "web");
}

TEST_F(ContainersTest, SharedBeginningIsRefusedNamingSome)
{
    for (int i = 0; i < 6; ++i) {
        ContainerRow row = container_row('a', "web" + std::to_string(i), image_.id);
        row.id[63] = static_cast<char>('0' + i);
        containers_.insert(row);
    }
    EXPECT_FAILURE(containers_.at("aaa"), ErrorCode::invalid_argument,
                   "\"aaa\" begins the id of more than one container: aaaaaaaaaaaa (web0)");
    EXPECT_FAILURE(containers_.at("aaa"), ErrorCode::invalid_argument, "(web3) and 2 more");
    EXPECT_EQ(containers_.at(id_of('a').substr(1) + "3").name, "web3");
}

TEST_F(ContainersTest, AreRenamedUnlessTheNameIsTaken)
{
    const ContainerRow web = insert('a', "web");
    insert('b', "db");
    EXPECT_FAILURE(containers_.rename(web.id, "db"), ErrorCode::name_taken, "bbbbbbbbbbbb");
    EXPECT_NO_THROW(containers_.rename(web.id, "web"));
    containers_.rename(web.id, "www");
    EXPECT_EQ(containers_.at("www").id, web.id);
    EXPECT_FALSE(containers_.find("web"));
    EXPECT_FAILURE(containers_.rename("web", "x"), ErrorCode::no_such_container, "web");
    EXPECT_FAILURE(containers_.rename("aaa", "x"), ErrorCode::no_such_container, "aaa");
}

TEST_F(ContainersTest, WhatIsNotThereCannotBeChangedOrRemoved)
{
    insert('a', "web");
    EXPECT_FAILURE(containers_.update(id_of('b'), {}), ErrorCode::no_such_container, id_of('b'));
    EXPECT_FAILURE(containers_.remove(id_of('b')), ErrorCode::no_such_container, id_of('b'));
    containers_.remove(id_of('a'));
    EXPECT_FAILURE(containers_.remove(id_of('a')), ErrorCode::no_such_container, id_of('a'));
}

TEST_F(ContainersTest, NamesAreTextHoweverTheyLook)
{
    const std::string name = "'; DROP TABLE containers; --";
    insert('a', name);
    EXPECT_EQ(containers_.at(name).id, id_of('a'));
}

} // namespace
} // namespace slipway::store
