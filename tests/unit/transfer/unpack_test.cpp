// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives become trees, or are refused; by openat2(2) and by the walk of older kernels.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "support/temporary_directory.hpp"
#include "tar.hpp"
#include "transfer/unpack.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;
using testing::end_of_archive;
using testing::member;

class Unpacking : public ::testing::TestWithParam<Finding> {
  protected:
    void SetUp() override
    {
        std::setlocale(LC_CTYPE, "C.UTF-8"); // NOLINT: one thread
        ::umask(0);
        fs::create_directory(root_);
        fs::create_directory(outside_);
    }

    Unpacked unpack_bytes(std::string bytes, std::size_t piece = 10000)
    {
        const Fd root{::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        std::size_t at = 0;
        return unpack(
            [&bytes, &at, piece](char* buffer, std::size_t size) {
                const std::size_t count = std::min({size, piece, bytes.size() - at});
                std::memcpy(buffer, bytes.data() + at, count);
                at += count;
                return count;
            },
            root.number(), UnpackSettings{.finding = GetParam()});
    }

    std::optional<ErrorCode> refusal_of(const std::string& bytes)
    {
        try {
            unpack_bytes(bytes);
        } catch (const Failure& failure) {
            return failure.code();
        }
        return std::nullopt;
    }

    slipway::testing::TemporaryDirectory directory_;
    fs::path root_ = directory_ / "root";
    fs::path outside_ = directory_ / "outside";
};

TEST_P(Unpacking, KeepsContentsModesLinksAndTimes)
{
    const std::string bytes = member({.name = "usr/", .type = '5', .mode = 0755}) +
                              member({.name = "usr/file", .content = "content", .mode = 04711}) +
                              member({.name = "usr/soft", .type = '2', .link = "file"}) +
                              member({.name = "usr/hard", .type = '1', .link = "usr/file"}) +
                              member({.name = "pipe", .type = '6', .mode = 0600}) + end_of_archive();
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100000}}) {
        fs::remove_all(root_);
        fs::create_directory(root_);
        const Unpacked result = unpack_bytes(bytes, piece);
        EXPECT_EQ(result.entries, 5U);
        EXPECT_EQ(result.size, bytes.size());
        EXPECT_EQ(read_file(root_ / "usr/file"), "content");
        EXPECT_EQ(fs::read_symlink(root_ / "usr/soft"), "file");
        struct stat status {};
        ASSERT_EQ(::stat((root_ / "usr/file").c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777U, 04711U);
        EXPECT_EQ(status.st_nlink, 2U);
        EXPECT_EQ(status.st_mtime, 1'000'000'000);
        EXPECT_TRUE(fs::is_fifo(root_ / "pipe"));
    }
}

TEST_P(Unpacking, TheLaterOfTwoWithANameCounts)
{
    unpack_bytes(member({.name = "a", .content = "first"}) + member({.name = "a", .content = "second"}) +
                 end_of_archive());
    EXPECT_EQ(read_file(root_ / "a"), "second");
}

TEST_P(Unpacking, NothingLeavesTheRoot)
{
    const std::string to_outside = "../outside";
    const std::string hostile[] = {
        member({.name = "/etc/evil", .content = "x"}),
        member({.name = "../evil", .content = "x"}),
        member({.name = "in", .type = '2', .link = outside_.native()}) +
            member({.name = "in/evil", .content = "x"}),
        member({.name = "in", .type = '2', .link = to_outside}) + member({.name = "in/evil", .content = "x"}),
        member({.name = "in", .type = '2', .link = to_outside}) +
            member({.name = "in/deep/evil", .type = '5'}),
        member({.name = "hard", .type = '1', .link = "../outside/secret"}),
        member({.name = "hard", .type = '1', .link = "/etc/passwd"}),
        member({.name = "in", .type = '2', .link = to_outside}) +
            member({.name = "hard", .type = '1', .link = "in/secret"}),
        member({.name = "sda", .type = '4'}),
    };
    replace_file(outside_ / "secret", "secret", Durability::page_cache);
    for (const std::string& bytes : hostile) {
        fs::remove_all(root_);
        fs::create_directory(root_);
        EXPECT_EQ(refusal_of(bytes + end_of_archive()), ErrorCode::hostile_archive);
        EXPECT_EQ(std::distance(fs::directory_iterator{outside_}, {}), 1);
        EXPECT_FALSE(fs::exists(root_ / "hard"));
    }
}

TEST_P(Unpacking, ALinkWithinTheRootMayBeFollowed)
{
    unpack_bytes(member({.name = "real/", .type = '5', .mode = 0755}) +
                 member({.name = "link", .type = '2', .link = "real"}) +
                 member({.name = "link/file", .content = "x"}) + end_of_archive());
    EXPECT_EQ(read_file(root_ / "real/file"), "x");
}

TEST_P(Unpacking, AnArchiveThatEndsTooEarlyIsTruncated)
{
    const std::string bytes =
        member({.name = "a", .content = std::string(2000, 'x')}) + member({.name = "b"}) + end_of_archive();
    for (const std::size_t length : {std::size_t{700}, std::size_t{2000}, std::size_t{2600}})
        EXPECT_EQ(refusal_of(bytes.substr(0, length)), ErrorCode::truncated_archive) << length;
}

TEST_P(Unpacking, NoiseIsUnreadable)
{
    EXPECT_EQ(refusal_of(""), ErrorCode::unreadable_archive);
    EXPECT_EQ(refusal_of(std::string(5000, 'n')), ErrorCode::unreadable_archive);
    std::string damaged = member({.name = "a", .content = "x"}) + end_of_archive();
    damaged[0] = 'b'; // the sum no longer fits
    EXPECT_EQ(refusal_of(damaged), ErrorCode::unreadable_archive);
}

INSTANTIATE_TEST_SUITE_P(Ways, Unpacking, ::testing::Values(Finding::best, Finding::by_component));

} // namespace
} // namespace slipway::transfer
