// SPDX-License-Identifier: LGPL-2.1-or-later
// What a check of the store looks for: blobs, rows and directories that are not as they have to be.
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "samples.hpp"
#include "store/store.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace slipway::store {
namespace {

using testing::add_image;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Damage : public ::testing::Test {
  protected:
    std::vector<std::string> stray_names()
    {
        std::vector<std::string> names;
        for (const Stray& stray : store_.strays())
            names.push_back(stray.path.filename().native());
        return names;
    }
    void without_foreign_keys(const char* sql)
    {
        Database database{store_.database_file()};
        database.execute("PRAGMA foreign_keys = OFF");
        database.execute(sql);
    }

    slipway::testing::TemporaryDirectory root_;
    Store store_{root_.path()};
};

TEST_F(Damage, IsSeenOfBlobs)
{
    const Digest blob = store_.blobs().put("some bytes");
    EXPECT_EQ(store_.blobs().find_fault(blob), std::nullopt);
    ASSERT_EQ(::truncate(store_.blobs().path(blob).c_str(), 4), 0);
    EXPECT_THAT(store_.blobs().find_fault(blob).value_or(""), HasSubstr("4 bytes"));
    store_.blobs().remove(blob);
    EXPECT_THAT(store_.blobs().find_fault(blob).value_or(""), HasSubstr("missing"));
}

TEST_F(Damage, IsSeenOfRowsThatReferToNothing)
{
    const ImageRow image = add_image(store_, "web:1", {"one", "two"});
    EXPECT_THAT(find_damage(store_.database_file()), IsEmpty());
    without_foreign_keys("DELETE FROM images");
    EXPECT_THAT(find_damage(store_.database_file()), ElementsAre(HasSubstr("2 of the rows of image_layers"),
                                                                 HasSubstr("1 of the rows of image_names")));
    EXPECT_EQ(store_.images().drop_dangling(), 5);
    EXPECT_THAT(find_damage(store_.database_file()), IsEmpty());
    EXPECT_EQ(store_.images().find_layer_size(image.layers.front().chain_id), std::nullopt);
}

TEST_F(Damage, OfAnImagesRowsIsWrittenOver)
{
    const ImageRow image = add_image(store_, "web:1", {"one", "two"});
    add_image(store_, "other:1", {"one"});
    without_foreign_keys(
        "DELETE FROM layers WHERE chain_id IN (SELECT chain_id FROM image_layers WHERE position = 1)");
    without_foreign_keys("UPDATE layers SET size = size + 1");
    EXPECT_NE(store_.images().at("web:1"), image);
    store_.images().set_layers(image.id, image.layers);
    EXPECT_EQ(store_.images().at("web:1"), image);
    EXPECT_EQ(store_.images().at("other:1").layers.front(), image.layers.front());
}

TEST_F(Damage, IsWhatNoRowNames)
{
    add_image(store_, "web:1", {"one"});
    EXPECT_THAT(stray_names(), IsEmpty());
    std::filesystem::create_directory(root_.path() / "layers" / "junk");
    std::filesystem::create_directory(root_.path() / "containers" / testing::id_of('1'));
    const Digest blob = store_.blobs().put("nobody's");
    EXPECT_THAT(stray_names(), ElementsAre(testing::id_of('1'), "junk", blob.hex()));
}

TEST_F(Damage, OfALayerIsReplacedAtOnce)
{
    const ImageRow image = add_image(store_, "web:1", {"one"});
    const Digest& layer = image.layers.front().chain_id;
    replace_file(store_.layers().root(layer) / "content", "damaged", Durability::page_cache);
    const LayerDraft draft = testing::make_layer(store_, "one");
    const std::optional<Trash> former = store_.layers().replace(draft, layer);
    ASSERT_TRUE(former);
    EXPECT_EQ(read_file(*former / "fs/content"), "damaged");
    EXPECT_EQ(read_file(store_.layers().root(layer) / "content"), "one");
    testing::remove_all({*former});

    testing::remove_all({*store_.layers().take(layer)});
    EXPECT_EQ(store_.layers().replace(testing::make_layer(store_, "one"), layer), std::nullopt);
    EXPECT_EQ(read_file(store_.layers().root(layer) / "content"), "one");
}

} // namespace
} // namespace slipway::store
