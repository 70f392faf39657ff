// SPDX-License-Identifier: LGPL-2.1-or-later
// Indexes: kept with their names, and gone with them.
#include "samples.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::store {
namespace {

using ::testing::IsEmpty;
using testing::names_in;
using ::testing::UnorderedElementsAre;

class IndexesTest : public ::testing::Test {
  protected:
    IndexesTest()
        : image_{testing::add_image(*store_, "web:1", {"base"})}, index_{store_->blobs().put("the index")},
          shared_{store_->blobs().put("shared")}
    {
        store_->indexes().keep("web:1", index_, {index_, shared_, image_.manifest});
    }
    // The same store, opened anew.
    void reopen()
    {
        store_.reset();
        store_ = std::make_unique<Store>(root_ / "store");
        testing::remove_all(store_->sweep().trash);
    }

    slipway::testing::TemporaryDirectory root_;
    std::unique_ptr<Store> store_ = std::make_unique<Store>(root_ / "store");
    ImageRow image_;
    Digest index_;
    Digest shared_;
};

TEST_F(IndexesTest, AreWhatANameMeansBesidesItsImage)
{
    EXPECT_EQ(store_->indexes().find("web:1"), index_);
    EXPECT_FALSE(store_->indexes().find("web:2"));
    EXPECT_THAT(store_->indexes().blobs_of(index_), UnorderedElementsAre(index_, shared_, image_.manifest));
    EXPECT_FAILURE(store_->indexes().keep("none:1", index_, {}), ErrorCode::no_such_image, "none:1");
}

TEST_F(IndexesTest, SurviveTheEnginesStart)
{
    reopen();
    EXPECT_EQ(store_->indexes().find("web:1"), index_);
    EXPECT_TRUE(store_->blobs().has(shared_));
}

TEST_F(IndexesTest, GoWithTheirLastNameButForWhatOthersNeed)
{
    store_->images().set_name("web:2", image_.id);
    EXPECT_FALSE(store_->indexes().find("web:2"));
    store_->indexes().keep("web:2", index_, {});
    store_->images().remove_name("web:1");
    store_->drop_unnamed_indexes();
    EXPECT_EQ(store_->indexes().find("web:2"), index_);
    EXPECT_TRUE(store_->blobs().has(shared_));

    const Digest other = store_->blobs().put("another index");
    testing::add_image(*store_, "db:1", {"base", "db"});
    store_->indexes().keep("db:1", other, {other, shared_});
    store_->images().remove_name("web:2");
    store_->drop_unnamed_indexes();
    EXPECT_FALSE(store_->blobs().has(index_));
    EXPECT_TRUE(store_->blobs().has(shared_));
    EXPECT_TRUE(store_->blobs().has(image_.manifest));
}

TEST_F(IndexesTest, LeaveANameThatMovesToAnotherImage)
{
    const ImageRow other = testing::add_image(*store_, "db:1", {"db"});
    store_->images().set_name("web:1", other.id);
    store_->drop_unnamed_indexes();
    EXPECT_FALSE(store_->indexes().find("web:1"));
    EXPECT_FALSE(store_->blobs().has(shared_));
}

TEST_F(IndexesTest, KeepTheBlobsOfAnImageThatIsRemoved)
{
    const ImageRow other = testing::add_image(*store_, "db:1", {"db"});
    store_->indexes().keep("db:1", index_, {});
    testing::remove_all(store_->remove_image(image_.id));
    EXPECT_TRUE(store_->blobs().has(image_.manifest));
    testing::remove_all(store_->remove_image(other.id));
    EXPECT_THAT(names_in(root_ / "store" / "blobs" / "sha256"), IsEmpty());
}

TEST_F(IndexesTest, AreForgottenWhereTheirBlobsAreGone)
{
    store_->blobs().remove(shared_);
    store_.reset();
    store_ = std::make_unique<Store>(root_ / "store");
    const Sweep sweep = store_->sweep();
    ASSERT_EQ(sweep.lost.size(), 1U);
    EXPECT_THAT(sweep.lost[0], ::testing::HasSubstr("index " + index_.text()));
    EXPECT_FALSE(store_->indexes().find("web:1"));
    EXPECT_TRUE(store_->images().find("web:1"));
}

} // namespace
} // namespace slipway::store
