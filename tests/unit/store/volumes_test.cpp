// SPDX-License-Identifier: LGPL-2.1-or-later
// Volumes: rows and directories, which come and go together, whatever happens in between.
#include "base/file.hpp"
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
using testing::names_in;
using ::testing::SizeIs;

VolumeRow volume_row(const char* name)
{
    return {name, from_usec(5), false, false, R"({"labels":{}})"};
}

class VolumesTest : public ::testing::Test {
  protected:
    void write(const std::string& name, const char* content)
    {
        replace_file(store_.volume_directories().data(name) / "file", content, Durability::page_cache);
    }
    std::set<std::string> directories() { return names_in(root_ / "volumes"); }

    slipway::testing::TemporaryDirectory root_;
    Store store_{root_.path()};
    ImageRow image_ = add_image(store_, "web:1", {"base"});
};

TEST_F(VolumesTest, ComeBackAsTheyWereWritten)
{
    const VolumeRow row = volume_row("data");
    store_.add_volume(row);
    EXPECT_EQ(store_.volumes().at("data"), row);
    EXPECT_TRUE(store_.volume_directories().is_empty("data"));
    store_.volumes().mark_populated("data");
    EXPECT_TRUE(store_.volumes().at("data").is_populated);
    EXPECT_FAILURE(store_.volumes().at("other"), ErrorCode::no_such_volume, "other");
}

TEST_F(VolumesTest, HaveOneNameEach)
{
    store_.add_volume(volume_row("data"));
    write("data", "gold");
    EXPECT_FAILURE(store_.add_volume(volume_row("data")), ErrorCode::name_taken, "data");
    EXPECT_EQ(read_file(store_.volume_directories().data("data") / "file"), "gold");
}

TEST_F(VolumesTest, HaveNamesThatLeadNowhereElse)
{
    for (const char* name : {"", ".", "..", "a/b", "../layers", "-a"})
        EXPECT_FAILURE(store_.volume_directories().data(name), ErrorCode::internal, "not a volume's name");
}

TEST_F(VolumesTest, GoWithTheirContent)
{
    store_.add_volume(volume_row("data"));
    write("data", "lead");
    const std::vector<Trash> trash = store_.remove_volume("data");
    EXPECT_THAT(trash, SizeIs(1));
    EXPECT_THAT(directories(), IsEmpty());
    EXPECT_FALSE(store_.volumes().find("data"));
    testing::remove_all(trash);
    EXPECT_THAT(names_in(root_ / "tmp"), IsEmpty());
    EXPECT_FAILURE(store_.remove_volume("data"), ErrorCode::no_such_volume, "data");
}

TEST_F(VolumesTest, ComeAndGoWithAContainer)
{
    store_.add_container(container_row('a', "web", image_.id), {volume_row("one"), volume_row("two")});
    EXPECT_THAT(directories(), ElementsAre("one", "two"));
    store_.remove_container(id_of('a'), {"one"});
    EXPECT_THAT(directories(), ElementsAre("two"));
    EXPECT_FALSE(store_.volumes().find("one"));
    EXPECT_TRUE(store_.volumes().find("two"));
}

TEST_F(VolumesTest, DoNotStayWhereTheContainerIsRefused)
{
    store_.add_container(container_row('a', "web", image_.id));
    EXPECT_FAILURE(store_.add_container(container_row('b', "web", image_.id), {volume_row("one")}),
                   ErrorCode::name_taken, "web");
    EXPECT_THAT(directories(), IsEmpty());
    EXPECT_THAT(store_.volumes().list(), IsEmpty());
}

TEST_F(VolumesTest, StayWhereTheContainersRemovalIsRefused)
{
    store_.add_volume(volume_row("data"));
    write("data", "gold");
    EXPECT_FAILURE(store_.remove_container(id_of('f'), {"data"}), ErrorCode::no_such_container, "f");
    EXPECT_EQ(read_file(store_.volume_directories().data("data") / "file"), "gold");
    EXPECT_TRUE(store_.volumes().find("data"));
}

TEST_F(VolumesTest, TakeOverContentOnlyWhileTheyAreEmpty)
{
    store_.add_volume(volume_row("data"));
    const VolumeDraft first = store_.volume_directories().make_draft();
    replace_file(first.data / "file", "first", Durability::page_cache);
    store_.volume_directories().replace_content(first, "data");
    EXPECT_EQ(read_file(store_.volume_directories().data("data") / "file"), "first");
    const VolumeDraft second = store_.volume_directories().make_draft();
    EXPECT_FAILURE(store_.volume_directories().replace_content(second, "data"), ErrorCode::invalid_argument,
                   "not empty");
    EXPECT_EQ(read_file(store_.volume_directories().data("data") / "file"), "first");
}

TEST_F(VolumesTest, WithContentAreKeptByASweepThatFindsNoRow)
{
    store_.add_volume(volume_row("data"));
    store_.add_volume(volume_row("empty"));
    write("data", "gold");
    store_.volumes().remove("data");
    store_.volumes().remove("empty");
    const Sweep sweep = store_.sweep();
    EXPECT_THAT(sweep.lost, ElementsAre(HasSubstr("volume data")));
    EXPECT_EQ(read_file(store_.volume_directories().data("data") / "file"), "gold");
    EXPECT_TRUE(store_.volumes().at("data").is_populated);
    EXPECT_THAT(directories(), ElementsAre("data"));
}

TEST_F(VolumesTest, WithoutADirectoryAreForgottenByASweep)
{
    store_.add_volume(volume_row("data"));
    testing::remove_all({*store_.volume_directories().take("data")});
    EXPECT_THAT(store_.sweep().lost, ElementsAre(HasSubstr("volume data")));
    EXPECT_THAT(store_.volumes().list(), IsEmpty());
}

} // namespace
} // namespace slipway::store
