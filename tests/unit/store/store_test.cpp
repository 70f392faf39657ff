// SPDX-License-Identifier: LGPL-2.1-or-later
// Store: opened by one, rows and directories changed together.
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "samples.hpp"
#include "store/store.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {
namespace {

using testing::add_image;
using testing::container_row;
using testing::id_of;
using testing::names_in;

class StoreTest : public ::testing::Test {
  protected:
    slipway::testing::TemporaryDirectory place_;
    std::filesystem::path root_ = place_ / "lib" / "slipway";
    Store store_{root_};
};

TEST_F(StoreTest, MakesItsDirectoriesForRootAlone)
{
    EXPECT_EQ(names_in(root_),
              (std::set<std::string>{"bases", "blobs", "containers", "layers", "lock", "partial", "secrets",
                                     "state.db", "state.db-shm", "state.db-wal", "tmp", "volumes"}));
    struct stat status {};
    ASSERT_EQ(::stat(root_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
}

TEST_F(StoreTest, IsForOneEngineAtATime)
{
    EXPECT_FAILURE(Store{root_}, ErrorCode::unavailable, root_.native() + " is in use by another slipwayd");
}

TEST_F(StoreTest, SharesLayersAndRemovesThemWithTheLastImage)
{
    const ImageRow web = add_image(store_, "web:1", {"base", "web"});
    const ImageRow db = add_image(store_, "db:1", {"base", "db"});
    EXPECT_EQ(names_in(root_ / "layers").size(), 3U);
    EXPECT_TRUE(names_in(root_ / "tmp").empty());

    const std::vector<Trash> trash = store_.remove_image(web.id);
    EXPECT_EQ(trash.size(), 1U);
    EXPECT_FALSE(store_.layers().has(web.layers[1].chain_id));
    EXPECT_EQ(read_file(store_.layers().root(db.layers[0].chain_id) / "content"), "base");
    EXPECT_FALSE(store_.blobs().has(web.id));
    EXPECT_FALSE(store_.blobs().has(web.manifest));
    testing::remove_all(trash);
    testing::remove_all(store_.remove_image(db.id));
    for (const char* name : {"tmp", "layers", "blobs/sha256"})
        EXPECT_TRUE(names_in(root_ / name).empty()) << name;
}

TEST_F(StoreTest, LowerDirectoriesAreUppermostFirst)
{
    const ImageRow image = add_image(store_, "web:1", {"base", "middle", "top"});
    std::vector<std::string> contents;
    for (const std::filesystem::path& lower : store_.lower_directories(image))
        contents.push_back(read_file(lower / "content"));
    EXPECT_EQ(contents, (std::vector<std::string>{"top", "middle", "base"}));
}

TEST_F(StoreTest, NothingIsBelowALayerThatHidesItAll)
{
    ImageRow image = add_image(store_, "web:1", {"base"});
    const LayerDraft draft = testing::make_layer(store_, "top");
    draft.mark_opaque();
    const Digest top = chain_ids({image.layers[0].diff_id, image.manifest})[1];
    ASSERT_FALSE(store_.layers().adopt(draft, top));
    EXPECT_TRUE(store_.layers().is_opaque(top));
    EXPECT_FALSE(store_.layers().is_opaque(image.layers[0].chain_id));
    image.layers.push_back({top, image.manifest, 3});
    EXPECT_EQ(store_.lower_directories(image), std::vector{store_.layers().root(top)});
}

TEST_F(StoreTest, ARemovedImageLeavesLayersThatAreWanted)
{
    const ImageRow image = add_image(store_, "web:1", {"base", "top"});
    const Digest& wanted = image.layers[0].chain_id;
    EXPECT_EQ(store_.images().find_layer_size(wanted), image.layers[0].size);
    testing::remove_all(store_.remove_image(image.id, [&](const Digest& layer) { return layer == wanted; }));
    EXPECT_TRUE(store_.layers().has(wanted));
    EXPECT_FALSE(store_.layers().has(image.layers[1].chain_id));
    EXPECT_FALSE(store_.images().find_layer_size(wanted));
}

TEST_F(StoreTest, PartsOfLayersAreKeptForAWeek)
{
    const std::vector<Digest> layers = chain_ids({hashing::digest_of("a"), hashing::digest_of("b")});
    for (const Digest& layer : layers)
        replace_file(store_.partial_layer(layer), "four", Durability::page_cache);
    std::filesystem::last_write_time(store_.partial_layer(layers[1]),
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours{169});
    EXPECT_EQ(store_.partial_layers().size(), 2U);
    testing::remove_all(store_.sweep().trash);
    const std::vector<PartialLayer> left = store_.partial_layers();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].chain_id, layers[0]);
    EXPECT_EQ(left[0].size, 4U);
}

TEST_F(StoreTest, RefusesAnImageWhosePartsAreNotThere)
{
    const ImageRow row = testing::image_row("web:1", {"base"});
    EXPECT_FAILURE(store_.add_image(row, {}), ErrorCode::io_error, "layer " + row.layers[0].chain_id.text());
    const LayerDraft draft = testing::make_layer(store_, "base");
    const std::vector<NewLayer> layers{{&draft, row.layers[0].chain_id}};
    EXPECT_FAILURE(store_.add_image(row, layers), ErrorCode::io_error, "blob " + row.id.text());
    EXPECT_TRUE(store_.images().list().empty());
}

TEST_F(StoreTest, RefusalToRemoveLeavesAllOfTheImage)
{
    const ImageRow image = add_image(store_, "web:1", {"base"});
    store_.add_container(container_row('a', "web", image.id));
    EXPECT_FAILURE(store_.remove_image(image.id), ErrorCode::image_in_use, "web");
    EXPECT_TRUE(store_.layers().has(image.layers[0].chain_id));
    EXPECT_TRUE(store_.blobs().has(image.id));
}

TEST_F(StoreTest, ContainerHasItsDirectoryAsLongAsItsRow)
{
    const ImageRow image = add_image(store_, "web:1", {"base"});
    const ContainerRow row = container_row('a', "web", image.id);
    const ContainerDirectory directory = store_.add_container(row);
    EXPECT_TRUE(std::filesystem::is_directory(directory.upper));
    EXPECT_EQ(store_.containers().at("web"), row);
    replace_file(directory.upper / "written", "x", Durability::page_cache);

    const std::vector<Trash> trash = store_.remove_container(row.id);
    EXPECT_TRUE(names_in(root_ / "containers").empty());
    testing::remove_all(trash);
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
    EXPECT_FAILURE(store_.remove_container(row.id), ErrorCode::no_such_container, row.id);
}

TEST_F(StoreTest, RefusedContainerLeavesNoDirectory)
{
    const ImageRow image = add_image(store_, "web:1", {"base"});
    store_.add_container(container_row('a', "web", image.id));
    EXPECT_FAILURE(store_.add_container(container_row('b', "web", image.id)), ErrorCode::name_taken, "web");
    EXPECT_EQ(names_in(root_ / "containers"), std::set<std::string>{id_of('a')});
    EXPECT_FAILURE(store_.add_container(container_row('b', "db", Digest::of_hex(id_of('0')))),
                   ErrorCode::no_such_image, id_of('0'));
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
}

} // namespace
} // namespace slipway::store
