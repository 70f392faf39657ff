// SPDX-License-Identifier: LGPL-2.1-or-later
// Layers: published whole by one rename, shared, never replaced.
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "samples.hpp"
#include "store/layers.hpp"
#include "store/remove_tree.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::store {
namespace {

using testing::names_in;

class LayersTest : public ::testing::Test {
  protected:
    LayersTest()
    {
        std::filesystem::create_directory(root_ / "tmp");
        std::filesystem::create_directory(root_ / "layers");
    }
    LayerDraft make(std::string_view content)
    {
        LayerDraft draft = layers_.make_draft();
        replace_file(draft.path() / "fs" / "content", content, Durability::page_cache);
        return draft;
    }

    slipway::testing::TemporaryDirectory root_;
    Layers layers_{root_ / "layers", Scratch{root_ / "tmp"}};
    Digest id_ = hashing::digest_of("layer");
};

// The value is the specification's formula computed by sha256sum(1).
TEST(ChainIds, AreThoseOfTheSpecification)
{
    const Digest a = hashing::digest_of("a");
    const Digest b = hashing::digest_of("b");
    const Digest c = hashing::digest_of("c");
    const std::vector<Digest> chain = chain_ids({a, b, c});
    ASSERT_EQ(chain.size(), 3U);
    EXPECT_EQ(chain[0], a);
    EXPECT_EQ(chain[1].hex(), "51c0c8ace48498d6f5fee6b0592cc06f2da0f3cbe09c5a34a97dce85c3889676");
    EXPECT_EQ(chain[2], hashing::digest_of(chain[1].text() + " " + c.text()));
    EXPECT_TRUE(chain_ids({}).empty());
}

TEST_F(LayersTest, DraftIsOpenEmptyAndNobodyElsesBusiness)
{
    const mode_t umask = ::umask(0777);
    const LayerDraft draft = layers_.make_draft();
    ::umask(umask);
    struct stat content {};
    struct stat outer {};
    ASSERT_EQ(::fstat(draft.directory().number(), &content), 0);
    ASSERT_EQ(::stat(draft.path().c_str(), &outer), 0);
    EXPECT_EQ(content.st_mode & 07777U, 0755U);
    EXPECT_EQ(outer.st_mode & 0077U, 0U);
    EXPECT_EQ(draft.path().parent_path(), root_ / "tmp");
    EXPECT_TRUE(names_in(draft.path() / "fs").empty());
    EXPECT_TRUE(names_in(root_ / "layers").empty());
}

TEST_F(LayersTest, AppearsWholeAtItsPlace)
{
    const LayerDraft draft = make("one");
    EXPECT_FALSE(layers_.has(id_));
    EXPECT_FALSE(layers_.adopt(draft, id_));
    EXPECT_TRUE(layers_.has(id_));
    EXPECT_EQ(read_file(layers_.root(id_) / "content"), "one");
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
}

TEST_F(LayersTest, BringsItsRecipeAlong)
{
    const LayerDraft draft = make("one");
    write_all(draft.recipe().number(), "how it is made", "recipe");
    layers_.adopt(draft, id_);
    ASSERT_TRUE(layers_.has_recipe(id_));
    const LayerParts parts = layers_.open(id_);
    EXPECT_EQ(read_all(parts.recipe.number(), "recipe"), "how it is made");
    const Fd content{::openat(parts.directory.number(), "content", O_RDONLY | O_CLOEXEC)};
    ASSERT_TRUE(content);
    struct stat status {};
    ASSERT_EQ(::fstat(parts.recipe.number(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(LayersTest, OfAnOlderVersionHasNoRecipeAndSaysSo)
{
    layers_.adopt(make("without"), id_);
    EXPECT_FALSE(layers_.has_recipe(id_));
    EXPECT_FAILURE(layers_.open(id_), ErrorCode::damaged_layer, "no recipe");
    std::filesystem::remove(root_ / "layers" / id_.hex() / "recipe");
    EXPECT_TRUE(layers_.has(id_));
    EXPECT_FAILURE(layers_.open(id_), ErrorCode::damaged_layer, "no recipe");
}

TEST_F(LayersTest, SecondOfTheSameIsTrashAndTheFirstStays)
{
    layers_.adopt(make("first"), id_);
    struct stat before {};
    ASSERT_EQ(::stat(layers_.root(id_).c_str(), &before), 0);
    const LayerDraft second = make("second");
    const std::optional<Trash> trash = layers_.adopt(second, id_);
    ASSERT_TRUE(trash);
    EXPECT_EQ(*trash, second.path());
    struct stat after {};
    ASSERT_EQ(::stat(layers_.root(id_).c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(read_file(layers_.root(id_) / "content"), "first");
}

TEST_F(LayersTest, EmptyOneIsNotReplacedEither)
{
    const LayerDraft first = layers_.make_draft();
    const LayerDraft second = layers_.make_draft();
    EXPECT_FALSE(layers_.adopt(first, id_));
    EXPECT_TRUE(layers_.adopt(second, id_));
}

TEST_F(LayersTest, StaysReadableByWhoHoldsItWhenItIsTaken)
{
    layers_.adopt(make("held"), id_);
    const Fd holder{::open(layers_.root(id_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    ASSERT_TRUE(holder);
    const std::optional<Trash> trash = layers_.take(id_);
    ASSERT_TRUE(trash);
    EXPECT_FALSE(layers_.has(id_));
    const Fd content{::openat(holder.number(), "content", O_RDONLY | O_CLOEXEC)};
    ASSERT_TRUE(content);
    EXPECT_EQ(read_all(content.number(), "content"), "held");
    remove_tree(*trash);
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
    EXPECT_FALSE(layers_.take(id_));
}

TEST_F(LayersTest, WithoutItsContentIsNotThere)
{
    std::filesystem::create_directory(root_ / "layers" / id_.hex());
    EXPECT_FALSE(layers_.has(id_));
}

} // namespace
} // namespace slipway::store
