// SPDX-License-Identifier: LGPL-2.1-or-later
// A tree copied into a tmpfs: what is kept, and what is left out.
#include "base/file.hpp"
#include "sandbox/copy_up.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace slipway::sandbox {
namespace {

namespace fs = std::filesystem;

TEST(ACopyUp, KeepsFilesLinksModesAndTimes)
{
    const slipway::testing::TemporaryDirectory place;
    const fs::path from = place.path() / "from";
    const fs::path to = place.path() / "to";
    fs::create_directories(from / "deep/er");
    fs::create_directories(to);
    replace_file(from / "deep/er/file", std::string(300000, 'x'), Durability::page_cache, 0640);
    fs::create_symlink("/etc/passwd", from / "link");
    ASSERT_EQ(::mkfifo((from / "fifo").c_str(), 0600), 0);
    fs::last_write_time(from / "deep", fs::file_time_type{} - std::chrono::hours{5});
    fs::permissions(from / "deep", fs::perms::owner_all);

    const Fd source{::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const Fd target{::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    copy_up(source, target);

    EXPECT_EQ(read_file(to / "deep/er/file"), std::string(300000, 'x'));
    EXPECT_EQ(fs::status(to / "deep/er/file").permissions(), fs::status(from / "deep/er/file").permissions());
    EXPECT_EQ(fs::read_symlink(to / "link"), "/etc/passwd");
    EXPECT_EQ(fs::last_write_time(to / "deep"), fs::last_write_time(from / "deep"));
    EXPECT_EQ(fs::status(to / "deep").permissions(), fs::perms::owner_all);
    EXPECT_FALSE(fs::exists(fs::symlink_status(to / "fifo")));
}

} // namespace
} // namespace slipway::sandbox
