// SPDX-License-Identifier: LGPL-2.1-or-later
// Images: names that move, ids and their beginnings, and removal.
#include "samples.hpp"
#include "store/containers.hpp"
#include "store/images.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::store {
namespace {

using ::testing::ElementsAre;
using testing::id_of;
using testing::image_row;
using ::testing::UnorderedElementsAre;

class ImagesTest : public ::testing::Test {
  protected:
    ImageRow add(std::string_view name, const std::vector<std::string>& diffs)
    {
        ImageRow row = image_row(name, diffs);
        images_.add(row);
        return row;
    }
    // With an id of one's own, which no configuration has.
    ImageRow add_with_id(std::string id, std::string_view name)
    {
        ImageRow row = image_row(name, {"base"});
        row.id = Digest::of_hex(std::move(id));
        images_.add(row);
        return row;
    }
    std::int64_t count_of(const char* sql)
    {
        Query query = database_.query(sql);
        query.step();
        return query.number(0);
    }

    slipway::testing::TemporaryDirectory root_;
    Database database_{root_ / "state.db"};
    Images images_{database_};
    Containers containers_{database_};
};

TEST_F(ImagesTest, ComeBackAsTheyWereAdded)
{
    ImageRow row = image_row("web:2", {"base", "middle", "top"});
    row.names.insert(row.names.begin(), "web:1");
    images_.add(row);
    EXPECT_EQ(images_.at("web:1"), row);
    EXPECT_THAT(images_.list(), ElementsAre(row));
}

TEST_F(ImagesTest, AreReadAgainOnceANameHasMoved)
{
    const ImageRow first = add("web:1", {"base"});
    const ImageRow second = add("db:1", {"other"});
    ASSERT_THAT(images_.at(first.id.text()).names, ElementsAre("web:1"));
    ASSERT_THAT(images_.at(second.id.text()).names, ElementsAre("db:1"));
    images_.set_name("web:1", second.id);
    EXPECT_THAT(images_.at(first.id.text()).names, ElementsAre());
    EXPECT_THAT(images_.at(second.id.text()).names, ElementsAre("db:1", "web:1"));
    images_.remove_name("web:1");
    EXPECT_THAT(images_.at(second.id.text()).names, ElementsAre("db:1"));
}

TEST_F(ImagesTest, AreNotKeptAsATransactionSawThemThatWasUndone)
{
    const ImageRow row = add("web:1", {"base"});
    {
        const Transaction undone{database_};
        database_.query("DELETE FROM image_names WHERE name = ?").bind("web:1").run();
        ASSERT_THAT(images_.at(row.id.text()).names, ElementsAre());
    }
    EXPECT_THAT(images_.at(row.id.text()).names, ElementsAre("web:1"));
}

TEST_F(ImagesTest, AreListedOldestFirst)
{
    ImageRow young = image_row("young", {"a"});
    ImageRow old = image_row("old", {"b"});
    old.created_at = from_usec(1);
    images_.add(young);
    images_.add(old);
    const std::vector<ImageRow> list = images_.list();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list.front().id, old.id);
}

TEST_F(ImagesTest, OneThatComesAgainKeepsItsRowAndGainsTheName)
{
    const ImageRow first = add("web:1", {"base"});
    ImageRow again = image_row("web:2", {"base"});
    again.created_at = from_usec(1);
    images_.add(again);
    const ImageRow row = images_.at("web:2");
    EXPECT_EQ(row.created_at, first.created_at);
    EXPECT_THAT(row.names, ElementsAre("web:1", "web:2"));
    EXPECT_EQ(images_.list().size(), 1U);
    EXPECT_EQ(row.layers, first.layers);
}

TEST_F(ImagesTest, NameMovesToTheLastThatTakesIt)
{
    const ImageRow old = add("web:1", {"old"});
    const ImageRow young = add("web:1", {"young"});
    EXPECT_EQ(images_.at("web:1").id, young.id);
    EXPECT_THAT(images_.at(old.id.text()).names, ElementsAre());
    images_.set_name("web:1", old.id);
    EXPECT_EQ(images_.at("web:1").id, old.id);
    EXPECT_FAILURE(images_.set_name("web:1", Digest::of_hex(id_of('0'))), ErrorCode::no_such_image,
                   id_of('0'));
    EXPECT_EQ(images_.at("web:1").id, old.id);
}

TEST_F(ImagesTest, StayWithoutAName)
{
    const ImageRow row = add("web:1", {"base"});
    images_.remove_name("web:1");
    EXPECT_FALSE(images_.find("web:1"));
    EXPECT_TRUE(images_.find(row.id.text()));
    EXPECT_FAILURE(images_.remove_name("web:1"), ErrorCode::no_such_image, "web:1");
}

TEST_F(ImagesTest, AreFoundByReferenceIdAndBeginning)
{
    const ImageRow row = add("debian:latest", {"base"});
    const std::string hex = row.id.hex();
    for (const std::string& text :
         {std::string{"debian"}, std::string{"debian:latest"}, std::string{"docker.io/library/debian"}, hex,
          row.id.text(), hex.substr(0, 12), hex.substr(0, 1), "sha256:" + hex.substr(0, 7),
          "debian@" + row.manifest.text(), "debian@" + row.id.text()})
    {
        const std::optional<ImageRow> found = images_.find(text);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(found->id, row.id) << text;
    }
    for (const std::string& text :
         {std::string{}, std::string{"debian:bookworm"}, std::string{"Debian"}, hex + "0", std::string{"a b"},
          "sha256:" + id_of('0'), std::string{"sha256:"}})
        EXPECT_FALSE(images_.find(text)) << text;
}

TEST_F(ImagesTest, ReferenceWinsOverTheBeginningOfAnId)
{
    add_with_id(id_of('a'), "one:latest");
    add_with_id(id_of('b'), "aaa:latest");
    EXPECT_EQ(images_.at("aaa").id.hex(), id_of('b'));
    EXPECT_EQ(images_.at("aa").id.hex(), id_of('a'));
}

TEST_F(ImagesTest, SharedBeginningIsRefusedNamingSome)
{
    add_with_id("abc" + id_of('0').substr(3), "one:latest");
    add_with_id("abc" + id_of('1').substr(3), "");
    EXPECT_FAILURE(
        images_.at("abc"), ErrorCode::invalid_argument,
        "\"abc\" begins the id of more than one image: abc000000000 (one:latest), abc111111111 (no name)");
    EXPECT_FAILURE(images_.at("sha256:abc"), ErrorCode::invalid_argument, "more than one image");
    EXPECT_EQ(images_.at("abc0").names, std::vector<std::string>{"one:latest"});
}

TEST_F(ImagesTest, UnknownOneIsSaidToBeUnknownAndWrongTextToBeWrong)
{
    EXPECT_FAILURE(images_.at("nowhere"), ErrorCode::no_such_image, "no image \"nowhere\"");
    EXPECT_FAILURE(images_.at("a b"), ErrorCode::invalid_reference, "a b");
}

TEST_F(ImagesTest, OneThatContainersUseIsNotRemoved)
{
    const ImageRow row = add("web:1", {"base"});
    for (int i = 0; i < 6; ++i)
        containers_.insert(
            testing::container_row(static_cast<char>('0' + i), "c" + std::to_string(i), row.id));
    EXPECT_FAILURE(images_.remove(row.id), ErrorCode::image_in_use,
                   "is used by the containers c0, c1, c2, c3 and 2 more: remove them first");
    EXPECT_EQ(images_.at("web:1"), row);
    for (int i = 0; i < 6; ++i)
        containers_.remove(id_of(static_cast<char>('0' + i)));
    EXPECT_NO_THROW(images_.remove(row.id));
}

TEST_F(ImagesTest, RemovalTellsWhatNoOtherImageHas)
{
    const ImageRow web = add("web:1", {"base", "web"});
    const ImageRow db = add("db:1", {"base", "db"});
    const Orphans orphans = images_.remove(web.id);
    EXPECT_THAT(orphans.layers, ElementsAre(web.layers[1].chain_id));
    EXPECT_THAT(orphans.blobs, UnorderedElementsAre(web.id, web.manifest));
    EXPECT_FALSE(images_.find("web:1"));
    EXPECT_EQ(images_.at("db:1"), db);
    const Orphans rest = images_.remove(db.id);
    EXPECT_THAT(rest.layers, UnorderedElementsAre(db.layers[0].chain_id, db.layers[1].chain_id));
    for (const char* sql : {"SELECT count(*) FROM layers", "SELECT count(*) FROM image_layers",
                            "SELECT count(*) FROM image_names", "SELECT count(*) FROM images"})
        EXPECT_EQ(count_of(sql), 0) << sql;
    EXPECT_FAILURE(images_.remove(db.id), ErrorCode::no_such_image, db.id.text());
}

TEST_F(ImagesTest, SizeThatIsNotSharedIsThatOfTheirOwnLayers)
{
    const ImageRow old = add("old", {"base", "old"});
    EXPECT_EQ(images_.unshared_size(old.id), old.layers[0].size + old.layers[1].size);
    const ImageRow young = add("young", {"base", "young"});
    EXPECT_EQ(images_.unshared_size(old.id), old.layers[1].size);
    EXPECT_EQ(images_.unshared_size(young.id), young.layers[1].size);
}

TEST_F(ImagesTest, OneThatAContainerIsMadeFromIsUsed)
{
    const ImageRow image = add("web", {"base"});
    EXPECT_FALSE(images_.is_used(image.id));
    containers_.insert(testing::container_row('c', "box", image.id));
    EXPECT_TRUE(images_.is_used(image.id));
}

TEST_F(ImagesTest, LayerThatRepeatsInOneImageIsKeptInOrder)
{
    const ImageRow row = add("web:1", {"a", "b", "a"});
    EXPECT_EQ(images_.at("web:1").layers, row.layers);
    EXPECT_EQ(images_.remove(row.id).layers.size(), 3U);
}

} // namespace
} // namespace slipway::store
