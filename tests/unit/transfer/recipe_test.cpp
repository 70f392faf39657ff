// SPDX-License-Identifier: LGPL-2.1-or-later
// Recipes: a layer comes back to the byte, whatever its archive did; what is damaged is found out.
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "layer_fixture.hpp"
#include "tar.hpp"
#include "transfer/recipe_reader.hpp"
#include "transfer/recipe_writer.hpp"

#include <fcntl.h>
#include <random>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;
using testing::end_of_archive;
using testing::member;

class ARecipe : public testing::LayerFixture {
  protected:
    std::optional<ErrorCode> damage()
    {
        try {
            assembled();
        } catch (const Failure& failure) {
            return failure.code();
        }
        return std::nullopt;
    }
};

std::string noise(std::size_t size, unsigned seed)
{
    std::mt19937 random{seed};
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

TEST_F(ARecipe, BringsBackEveryKindOfEntry)
{
    EXPECT_TRUE(comes_back(
        member({.name = "usr/", .type = '5', .mode = 0755}) +
            member({.name = "usr/file", .content = noise(1'234'567, 1), .mode = 04711}) +
            member({.name = "usr/empty"}) + member({.name = "usr/soft", .type = '2', .link = "file"}) +
            member({.name = "usr/hard", .type = '1', .link = "usr/file"}) +
            member({.name = "pipe", .type = '6'}) + member({.name = "dev/null", .type = '3'}) +
            member({.name = ".wh.plain", .content = "as it is"}) + end_of_archive(),
        Purpose::layer));
}

TEST_F(ARecipe, BringsBackWhatStandsBehindTheEnd)
{
    EXPECT_TRUE(
        comes_back(member({.name = "a", .content = "x"}) + end_of_archive() + std::string(9000, '\0')));
    EXPECT_TRUE(comes_back(member({.name = "a", .content = "x"}) + end_of_archive() + noise(700'000, 2)));
    EXPECT_TRUE(comes_back(end_of_archive()));
}

TEST_F(ARecipe, BringsBackFilesThatWereReplaced)
{
    const std::string big = noise(300'000, 3);
    const std::string archives[] = {
        member({.name = "a", .content = "first"}) + member({.name = "a", .content = "second"}) +
            member({.name = "a", .content = big}),
        member({.name = "a", .content = big}) + member({.name = "a"}),
        member({.name = "a", .content = big}) + member({.name = "a", .type = '2', .link = "b"}),
        member({.name = "a", .content = "1"}) + member({.name = "b", .type = '1', .link = "a"}) +
            member({.name = "a", .content = "2"}) + member({.name = "b", .content = "3"}),
        member({.name = "a", .content = "1"}) + member({.name = "b", .type = '1', .link = "a"}) +
            member({.name = "b", .content = "2"}) + member({.name = "a", .content = "3"}),
        // A whole tree goes.
        member({.name = "d/e/one", .content = "one"}) + member({.name = "d/two", .content = big}) +
            member({.name = "d/e/link", .type = '1', .link = "d/two"}) +
            member({.name = "d", .content = "now a file"}) + member({.name = "d/", .type = '5'}) +
            member({.name = "d/two", .content = "again"}),
        // By other names.
        member({.name = "real/file", .content = "1"}) +
            member({.name = "link", .type = '2', .link = "real"}) +
            member({.name = "link/file", .content = "22"}) + member({.name = "real/file", .content = "333"}),
        member({.name = "one/x", .content = "1"}) + member({.name = "two/x", .content = "22"}) +
            member({.name = "link", .type = '2', .link = "one"}) +
            member({.name = "link/y", .content = "333"}) +
            member({.name = "link", .type = '2', .link = "two"}) +
            member({.name = "link/y", .content = "4"}) + member({.name = "one", .type = '2', .link = "two"}) +
            member({.name = "one/x", .content = "5"}),
    };
    for (const std::string& bytes : archives)
        EXPECT_TRUE(comes_back(bytes + end_of_archive()));
}

// Archives of a few names that replace each other in all ways.
TEST_F(ARecipe, BringsBackWhateverReplacesWhatever)
{
    const char* const names[] = {"a", "b", "a/c", "a/d", "b/c", "b/a/c", "l/c", "l"};
    const char types[] = {'0', '0', '0', '1', '2', '5', '6'};
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random{seed};
        std::string bytes;
        for (int i = 0; i < 12; ++i) {
            testing::Member entry{.name = names[random() % std::size(names)]};
            entry.type = types[random() % std::size(types)];
            if (entry.type == '0')
                entry.content =
                    noise(random() % 3 == 0 ? 70'000 : random() % 40, seed + static_cast<unsigned>(i));
            if (entry.type == '1' || entry.type == '2')
                entry.link = names[random() % std::size(names)];
            bytes += member(entry);
        }
        bytes += end_of_archive();
        try {
            unpack_bytes(bytes, {.purpose = seed % 2 == 0 ? Purpose::layer : Purpose::import});
        } catch (const Failure&) {
            continue; // a link to nothing, or a way through a file
        }
        EXPECT_EQ(hashing::digest_of(assembled()), hashing::digest_of(bytes)) << seed;
    }
}

TEST_F(ARecipe, IsSmall)
{
    std::string bytes;
    for (int i = 0; i < 500; ++i)
        bytes += member({.name = "directory/file" + std::to_string(i), .content = noise(1500, 7)});
    EXPECT_TRUE(comes_back(bytes + end_of_archive()));
    EXPECT_LT(fs::file_size(recipe_), bytes.size() / 40);
}

// Else a small archive could fill the disk: many names of one large file, each replaced.
TEST_F(ARecipe, HasAReplacedContentOnce)
{
    std::string bytes = member({.name = "large", .content = noise(300'000, 8)});
    for (int i = 0; i < 50; ++i)
        bytes += member({.name = "link", .type = '1', .link = "large"}) + member({.name = "link"});
    bytes += member({.name = "large", .content = "small"}) + member({.name = "large"});
    EXPECT_TRUE(comes_back(bytes + end_of_archive()));
    EXPECT_LT(fs::file_size(recipe_), 400'000U);
}

TEST_F(ARecipe, FindsOutThatAFileIsNotWhatItWas)
{
    const std::string bytes = member({.name = "d/a", .content = "content"}) + end_of_archive();
    unpack_bytes(bytes);
    replace_file(root_ / "d/a", "CONTENT", Durability::page_cache);
    EXPECT_EQ(damage(), ErrorCode::damaged_layer);
    replace_file(root_ / "d/a", "short", Durability::page_cache);
    EXPECT_EQ(damage(), ErrorCode::damaged_layer);
    fs::remove(root_ / "d/a");
    EXPECT_EQ(damage(), ErrorCode::damaged_layer);
    replace_file(outside_ / "a", "content", Durability::page_cache);
    fs::create_symlink(outside_ / "a", root_ / "d/a");
    EXPECT_EQ(damage(), ErrorCode::damaged_layer);
    fs::remove_all(root_ / "d");
    fs::create_symlink(outside_, root_ / "d");
    EXPECT_EQ(damage(), ErrorCode::damaged_layer);
}

TEST_F(ARecipe, FindsOutThatItIsDamagedItself)
{
    unpack_bytes(member({.name = "a", .content = noise(5000, 4)}) + member({.name = "a", .content = "b"}) +
                 end_of_archive());
    ASSERT_EQ(damage(), std::nullopt);
    const std::string expected = assembled();
    const std::string whole = read_file(recipe_);
    for (std::size_t length = 0; length < whole.size(); length += 1 + length / 16) {
        replace_file(recipe_, whole.substr(0, length), Durability::page_cache);
        EXPECT_EQ(damage(), ErrorCode::damaged_layer) << length;
    }
    for (std::size_t at = 0; at < whole.size(); at += 1 + at / 8) {
        std::string other = whole;
        other[at] = static_cast<char>(other[at] ^ 0x08);
        replace_file(recipe_, other, Durability::page_cache);
        // A few bits, as those of the window's size, say nothing about the content.
        try {
            EXPECT_EQ(assembled(), expected) << at;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), ErrorCode::damaged_layer) << failure.message();
        }
    }
}

// Written by somebody who took over the process that unpacks.
TEST_F(ARecipe, ReadsNothingOutsideOfTheLayer)
{
    fs::create_directory(root_);
    replace_file(outside_ / "secret", "secret", Durability::page_cache);
    fs::create_symlink(outside_, root_ / "out");
    fs::create_symlink(outside_ / "secret", root_ / "link");
    const std::string paths[] = {"../outside/secret",
                                 "/etc/passwd",
                                 "out/secret",
                                 "link",
                                 "a/../../outside/secret",
                                 "./x",
                                 "a//b",
                                 "",
                                 std::string{"a\0b", 3},
                                 std::string(5000, 'a')};
    for (const std::string& path : paths) {
        {
            const Fd file{::open(recipe_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
            RecipeWriter writer{file.number()};
            writer.content(path, 0, 6);
            writer.end(hashing::digest_of("secret"));
        }
        EXPECT_EQ(damage(), ErrorCode::damaged_layer) << path;
    }
}

} // namespace
} // namespace slipway::transfer
