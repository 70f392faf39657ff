// SPDX-License-Identifier: LGPL-2.1-or-later
// The store killed before each change it makes, then opened and swept: all of an operation or none of it, and
// nothing left over. And the order of changes that a loss of power asks for.
#include "hashing/sha256.hpp"
#include "samples.hpp"
#include "store/remove_tree.hpp"
#include "support/temporary_directory.hpp"
#include "traced.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace slipway::store {
namespace {

using testing::add_image;
using testing::container_row;
using testing::id_of;
using testing::names_in;
using testing::run_traced;
using testing::Trace;

// What the store says it has.
struct Content {
    std::vector<ImageRow> images;
    std::vector<ContainerRow> containers;

    bool operator==(const Content&) const = default;
};

Content content_of(Store& store)
{
    Content content{store.images().list(), store.containers().list()};
    for (ImageRow& image : content.images)
        image.created_at = {}; // differs between two runs
    return content;
}

// Rows and files agree to the last one.
void expect_whole(Store& store, const std::filesystem::path& root)
{
    std::set<std::string> blobs;
    std::set<std::string> layers;
    std::set<std::string> containers;
    for (const ImageRow& image : store.images().list()) {
        for (const Digest& blob : {image.id, image.manifest}) {
            EXPECT_NO_THROW(store.blobs().read(blob));
            blobs.insert(blob.hex());
        }
        for (const LayerRow& layer : image.layers) {
            EXPECT_TRUE(std::filesystem::exists(store.layers().root(layer.chain_id) / "content"));
            layers.insert(layer.chain_id.hex());
        }
    }
    for (const ContainerRow& row : store.containers().list()) {
        EXPECT_TRUE(store.container_directories().has(row.id));
        containers.insert(row.id);
    }
    EXPECT_EQ(names_in(root / "blobs" / "sha256"), blobs);
    EXPECT_EQ(names_in(root / "layers"), layers);
    EXPECT_EQ(names_in(root / "containers"), containers);
    EXPECT_EQ(names_in(root / "tmp"), std::set<std::string>{});
}

class InterruptedTest : public ::testing::Test {
  protected:
    using Deed = std::function<void(Store&)>;

    // Kills DEED, done to what PREPARE made, before each of its changes in turn.
    void kill_everywhere(const Deed& prepare, const Deed& deed)
    {
        int kills = 0;
        for (bool is_over = false; !is_over; ++kills) {
            SCOPED_TRACE("killed before change " + std::to_string(kills));
            const slipway::testing::TemporaryDirectory place;
            const std::filesystem::path root = place / "store";
            const slipway::testing::TemporaryDirectory other_place;
            const Content before = content_after(root, prepare);
            const Content after = content_after(other_place / "store", [&](Store& store) {
                prepare(store);
                deed(store);
            });
            const Trace trace = run_traced(
                [&] {
                    Store store{root};
                    deed(store);
                },
                kills);
            is_over = !trace.was_killed;
            Store store{root};
            const Sweep sweep = store.sweep();
            EXPECT_THAT(sweep.lost, ::testing::IsEmpty());
            testing::remove_all(sweep.trash);
            const Content content = content_of(store);
            EXPECT_TRUE(content == after || content == before);
            EXPECT_TRUE(content == after || trace.was_killed);
            expect_whole(store, root);
            // And it can be done again.
            if (content == before && !(before == after)) {
                EXPECT_NO_THROW(deed(store));
                EXPECT_TRUE(content_of(store) == after);
            }
            if (HasFailure() || kills > 500)
                FAIL();
        }
        EXPECT_GT(kills, 5);
    }

    static Content content_after(const std::filesystem::path& root, const Deed& deed)
    {
        Store store{root};
        deed(store);
        return content_of(store);
    }
};

void nothing(Store&)
{
}

TEST_F(InterruptedTest, AddingAnImageIsAllOrNothing)
{
    kill_everywhere(nothing, [](Store& store) { add_image(store, "web:1", {"base", "top"}); });
}

TEST_F(InterruptedTest, AddingAnImageOverASharedLayerIsAllOrNothing)
{
    kill_everywhere(
        [](Store& store) {
            add_image(store, "web:1", {"base", "web"});
        },
        [](Store& store) {
            add_image(store, "web:1", {"base", "db"});
        });
}

TEST_F(InterruptedTest, RemovingAnImageIsAllOrNothing)
{
    kill_everywhere(
        [](Store& store) {
            add_image(store, "web:1", {"base", "web"});
            add_image(store, "db:1", {"base", "db"});
        },
        [](Store& store) { testing::remove_all(store.remove_image(store.images().at("web:1").id)); });
}

TEST_F(InterruptedTest, AddingAContainerIsAllOrNothing)
{
    kill_everywhere(
        [](Store& store) { add_image(store, "web:1", {"base"}); },
        [](Store& store) { store.add_container(container_row('a', "web", store.images().at("web:1").id)); });
}

TEST_F(InterruptedTest, RemovingAContainerIsAllOrNothing)
{
    kill_everywhere(
        [](Store& store) {
            const ImageRow image = add_image(store, "web:1", {"base"});
            store.add_container(container_row('a', "web", image.id));
            store.add_container(container_row('b', "db", image.id));
        },
        [](Store& store) { testing::remove_all(store.remove_container(id_of('a'))); });
}

TEST_F(InterruptedTest, OpeningForTheFirstTimeCanBeDoneAgain)
{
    kill_everywhere(nothing, nothing);
}

TEST_F(InterruptedTest, SweepingCanBeDoneAgain)
{
    kill_everywhere(
        [](Store& store) {
            add_image(store, "web:1", {"base"});
            store.blobs().put("stray");
            store.layers().adopt(testing::make_layer(store, "stray"), hashing::digest_of("stray"));
            testing::make_layer(store, "half");
        },
        [](Store& store) { testing::remove_all(store.sweep().trash); });
}

TEST_F(InterruptedTest, CheckpointingLosesNothing)
{
    kill_everywhere([](Store& store) { add_image(store, "web:1", {"base"}); },
                    [](Store& store) { checkpoint(store.database_file()); });
}

std::vector<std::string> without(std::vector<std::string> names, const std::set<std::string>& dull)
{
    std::erase_if(names, [&](const std::string& name) { return dull.contains(name); });
    return names;
}

TEST(DurableOrder, BlobIsOnTheDiskBeforeItHasItsNameAndTheNameBeforeItIsTold)
{
    const slipway::testing::TemporaryDirectory root;
    std::filesystem::create_directory(root / "tmp");
    std::filesystem::create_directory(root / "blobs");
    const Blobs blobs{root / "blobs", Scratch{root / "tmp"}};
    const Trace trace = run_traced([&] { blobs.put("bytes"); });
    EXPECT_THAT(without(trace.changes, {"open"}),
                ::testing::ElementsAre("write", "fsync", "rename", "fsync"));
}

TEST(DurableOrder, LayersAreOnTheDiskAtOnceWithTheirNames)
{
    const slipway::testing::TemporaryDirectory root;
    Store store{root / "store"};
    const Trace trace = run_traced([&] {
        const LayerDraft draft = testing::make_layer(store, "content");
        store.layers().adopt(draft, hashing::digest_of("content"));
        store.layers().sync();
    });
    const auto names = without(trace.changes, {"open", "chmod"});
    EXPECT_THAT(names, ::testing::ElementsAre("mkdir", "mkdir", "write", "rename", "rename", "syncfs"));
}

TEST(DurableOrder, CheckpointSyncsTheLogThenTheFile)
{
    const slipway::testing::TemporaryDirectory root;
    Store store{root / "store"};
    add_image(store, "web:1", {"base"});
    const Trace trace = run_traced([&] { checkpoint(store.database_file()); });
    const auto names = without(trace.changes, {"open"});
    const auto is_sync = [](const std::string& name) { return name == "fsync" || name == "fdatasync"; };
    EXPECT_GE(std::count_if(names.begin(), names.end(), is_sync), 2);
    const auto first_sync = std::find_if(names.begin(), names.end(), is_sync);
    const auto first_write = std::find(names.begin(), names.end(), "write");
    EXPECT_LT(first_sync - names.begin(), first_write - names.begin());
}

TEST(DurableOrder, ContainerCostsNoSync)
{
    const slipway::testing::TemporaryDirectory root;
    Store store{root / "store"};
    const ImageRow image = add_image(store, "web:1", {"base"});
    const Trace trace = run_traced([&] { store.add_container(container_row('a', "web", image.id)); });
    for (const std::string& change : trace.changes)
        EXPECT_THAT(change, ::testing::Not(::testing::HasSubstr("sync")));
}

} // namespace
} // namespace slipway::store
