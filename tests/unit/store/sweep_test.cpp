// SPDX-License-Identifier: LGPL-2.1-or-later
// The sweep: what has no row goes, what has lost its content is forgotten, all else stays.
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "samples.hpp"
#include "store/store.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {
namespace {

using testing::add_image;
using testing::container_row;
using ::testing::ElementsAre;
using testing::id_of;
using ::testing::IsEmpty;
using testing::names_in;

class SweepTest : public ::testing::Test {
  protected:
    // Sweeps and removes the trash; returns what was lost.
    std::vector<std::string> sweep()
    {
        const Sweep sweep = store_.sweep();
        testing::remove_all(sweep.trash);
        EXPECT_THAT(names_in(root_ / "tmp"), IsEmpty());
        return sweep.lost;
    }

    slipway::testing::TemporaryDirectory root_;
    Store store_{root_.path()};
};

TEST_F(SweepTest, LeavesAWholeStoreAlone)
{
    const ImageRow image = add_image(store_, "web:1", {"base", "top"});
    const ContainerRow row = container_row('a', "web", image.id);
    const ContainerDirectory directory = store_.add_container(row);
    replace_file(directory.upper / "precious", "gold", Durability::page_cache);
    EXPECT_THAT(sweep(), IsEmpty());
    EXPECT_EQ(read_file(directory.upper / "precious"), "gold");
    EXPECT_EQ(store_.images().at("web:1"), image);
    EXPECT_TRUE(store_.layers().has(image.layers[1].chain_id));
    EXPECT_NO_THROW(store_.blobs().read(image.id));
}

TEST_F(SweepTest, TakesWhatHasNoRow)
{
    const ImageRow image = add_image(store_, "web:1", {"base"});
    store_.blobs().put("stray");
    store_.layers().adopt(testing::make_layer(store_, "stray"), hashing::digest_of("stray"));
    store_.container_directories().make(id_of('f'), root_.path());
    testing::make_layer(store_, "half");
    replace_file(root_ / "tmp" / "part", "of a blob", Durability::page_cache);
    // Nothing of ours has such names; it is not ours to keep either.
    replace_file(root_ / "layers" / "file", "x", Durability::page_cache);
    ASSERT_EQ(::symlink("/etc", (root_ / "containers" / "link").c_str()), 0);
    ASSERT_EQ(::mkfifo((root_ / "blobs" / "sha256" / "fifo").c_str(), 0600), 0);

    EXPECT_THAT(sweep(), IsEmpty());
    EXPECT_EQ(names_in(root_ / "blobs" / "sha256"),
              (std::set<std::string>{image.id.hex(), image.manifest.hex()}));
    EXPECT_EQ(names_in(root_ / "layers"), std::set<std::string>{image.layers[0].chain_id.hex()});
    EXPECT_THAT(names_in(root_ / "containers"), IsEmpty());
    EXPECT_TRUE(std::filesystem::exists("/etc/passwd"));
}

TEST_F(SweepTest, ForgetsAContainerWhoseDirectoryIsGone)
{
    const ImageRow image = add_image(store_, "web:1", {"base"});
    store_.add_container(container_row('a', "web", image.id));
    store_.add_container(container_row('b', "db", image.id));
    std::filesystem::remove_all(root_ / "containers" / id_of('a'));
    EXPECT_THAT(sweep(), ElementsAre("container web (aaaaaaaaaaaa): its directory is gone"));
    EXPECT_FALSE(store_.containers().find("web"));
    EXPECT_TRUE(store_.containers().find("db"));
}

TEST_F(SweepTest, ForgetsAnImageThatLostAPartAndKeepsWhatOthersShare)
{
    const ImageRow web = add_image(store_, "web:1", {"base", "web"});
    const ImageRow db = add_image(store_, "db:1", {"base", "db"});
    const ImageRow blobless = add_image(store_, "blobless:1", {"base", "blobless"});
    std::filesystem::remove_all(root_ / "layers" / web.layers[1].chain_id.hex());
    std::filesystem::remove(root_ / "blobs" / "sha256" / blobless.manifest.hex());
    EXPECT_THAT(sweep(), ::testing::UnorderedElementsAre("image web:1: parts of it are gone",
                                                         "image blobless:1: parts of it are gone"));
    EXPECT_FALSE(store_.images().find("web:1"));
    EXPECT_EQ(store_.images().at("db:1"), db);
    EXPECT_EQ(names_in(root_ / "layers"),
              (std::set<std::string>{db.layers[0].chain_id.hex(), db.layers[1].chain_id.hex()}));
}

TEST_F(SweepTest, KeepsADamagedImageWhileAContainerHasIt)
{
    const ImageRow image = add_image(store_, "web:1", {"base", "top"});
    const ContainerDirectory directory = store_.add_container(container_row('a', "web", image.id));
    replace_file(directory.upper / "precious", "gold", Durability::page_cache);
    std::filesystem::remove_all(root_ / "layers" / image.layers[0].chain_id.hex());
    EXPECT_THAT(sweep(), IsEmpty());
    EXPECT_EQ(read_file(directory.upper / "precious"), "gold");
    EXPECT_TRUE(store_.images().find("web:1"));
}

TEST_F(SweepTest, FindsNothingTheSecondTime)
{
    store_.blobs().put("stray");
    testing::make_layer(store_, "half");
    sweep();
    const Sweep again = store_.sweep();
    EXPECT_THAT(again.trash, IsEmpty());
    EXPECT_THAT(again.lost, IsEmpty());
}

} // namespace
} // namespace slipway::store
