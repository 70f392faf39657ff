// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: put whole or not at all, verified when read.
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "samples.hpp"
#include "store/blobs.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::store {
namespace {

class BlobsTest : public ::testing::Test {
  protected:
    BlobsTest()
    {
        std::filesystem::create_directory(root_ / "tmp");
        std::filesystem::create_directory(root_ / "blobs");
    }
    std::filesystem::path at(const Digest& digest) const { return root_ / "blobs" / digest.hex(); }

    slipway::testing::TemporaryDirectory root_;
    Blobs blobs_{root_ / "blobs", Scratch{root_ / "tmp"}};
};

TEST(Sha256, IsTheOneOfTheStandardWhateverThePieces)
{
    EXPECT_EQ(hashing::digest_of("").text(),
              "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hashing::Sha256 hash;
    for (const char c : std::string_view{"abc"})
        hash.update(&c, 1);
    EXPECT_EQ(hash.finish().hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(BlobsTest, ComeBackAsTheyWerePut)
{
    const std::string bytes{"{\"a\": \0}", 8};
    const Digest digest = blobs_.put(bytes);
    EXPECT_EQ(digest, hashing::digest_of(bytes));
    EXPECT_TRUE(blobs_.has(digest));
    EXPECT_EQ(blobs_.read(digest), bytes);
    EXPECT_TRUE(testing::names_in(root_ / "tmp").empty());
    EXPECT_EQ(blobs_.put(bytes), digest);
    EXPECT_EQ(testing::names_in(root_ / "blobs").size(), 1U);
}

TEST_F(BlobsTest, AreForTheEngineAlone)
{
    struct stat status {};
    ASSERT_EQ(::stat(at(blobs_.put("secret")).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(BlobsTest, MissingOneIsAFailureThatNamesIt)
{
    const Digest digest = hashing::digest_of("nowhere");
    EXPECT_FALSE(blobs_.has(digest));
    EXPECT_FAILURE(blobs_.read(digest), ErrorCode::io_error, digest.text() + " is missing");
}

TEST_F(BlobsTest, DamagedOneIsAFailureUntilItIsPutAgain)
{
    const Digest digest = blobs_.put("whole");
    for (const char* damage : {"wh", "Whole", "whole and more", ""}) {
        replace_file(at(digest), damage, Durability::page_cache);
        EXPECT_FAILURE(blobs_.read(digest), ErrorCode::io_error, "is damaged");
    }
    EXPECT_EQ(blobs_.put("whole"), digest);
    EXPECT_EQ(blobs_.read(digest), "whole");
}

TEST_F(BlobsTest, RemovedOneIsGoneAndGoneIsNoFailure)
{
    const Digest digest = blobs_.put("short-lived");
    blobs_.remove(digest);
    EXPECT_FALSE(blobs_.has(digest));
    EXPECT_NO_THROW(blobs_.remove(digest));
}

// Forked, since the limit is the process' own.
TEST_F(BlobsTest, LeaveNothingOfOneThatCouldNotBeWritten)
{
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit limit{100, 100};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::signal(SIGXFSZ, SIG_IGN);
        const auto failure = slipway::testing::failure_of([&] { return blobs_.put(std::string(1000, 'x')); });
        ::_exit(failure && failure->code() == ErrorCode::io_error ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(testing::names_in(root_ / "tmp").empty());
    EXPECT_TRUE(testing::names_in(root_ / "blobs").empty());
}

} // namespace
} // namespace slipway::store
