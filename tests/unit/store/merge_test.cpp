// SPDX-License-Identifier: LGPL-2.1-or-later
// A tree merged of layers is what they show together; of one layer, what that is.
#include "base/file.hpp"
#include "store/snapshot/merge.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::store {
namespace {

class MergedLayer : public ::testing::Test {
  protected:
    MergedLayer()
    {
        std::filesystem::create_directory(from_);
        std::filesystem::create_directory(to_);
    }
    void copy()
    {
        merge(LayerUnion::of({from_}), Fd{::open(to_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)},
              Sharing::where_possible, {});
    }
    static struct stat status(const std::filesystem::path& path)
    {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status;
    }
    void write(const char* name, std::string_view content)
    {
        replace_file(from_ / name, content, Durability::page_cache);
    }

    slipway::testing::TemporaryDirectory root_;
    std::filesystem::path from_ = root_ / "from";
    std::filesystem::path to_ = root_ / "to";
};

TEST_F(MergedLayer, KeepsModesTimesAndContents)
{
    std::filesystem::create_directory(from_ / "inner");
    write("inner/file", "text");
    ::chmod((from_ / "inner/file").c_str(), 04751);
    ::chmod((from_ / "inner").c_str(), 0710);
    ::chmod(from_.c_str(), 01777);
    const timespec times[2] = {{1, 2}, {3, 4}};
    ::utimensat(AT_FDCWD, (from_ / "inner/file").c_str(), times, 0);
    ::utimensat(AT_FDCWD, (from_ / "inner").c_str(), times, 0);
    copy();
    EXPECT_EQ(read_file(to_ / "inner/file"), "text");
    EXPECT_EQ(status(to_ / "inner/file").st_mode & 07777, 04751U);
    EXPECT_EQ(status(to_ / "inner").st_mode & 07777, 0710U);
    EXPECT_EQ(status(to_).st_mode & 07777, 01777U);
    EXPECT_EQ(status(to_ / "inner/file").st_mtim.tv_nsec, 4);
    EXPECT_EQ(status(to_ / "inner").st_mtim.tv_sec, 3);
}

TEST_F(MergedLayer, KeepsLinksOfBothKinds)
{
    write("first", "text");
    ::link((from_ / "first").c_str(), (from_ / "second").c_str());
    ::symlink("/etc/passwd", (from_ / "symbolic").c_str());
    ::symlink("nowhere", (from_ / "dangling").c_str());
    copy();
    EXPECT_EQ(status(to_ / "first").st_ino, status(to_ / "second").st_ino);
    EXPECT_EQ(std::filesystem::read_symlink(to_ / "symbolic"), "/etc/passwd");
    EXPECT_EQ(std::filesystem::read_symlink(to_ / "dangling"), "nowhere");
}

TEST_F(MergedLayer, KeepsHoles)
{
    write("sparse", "");
    const Fd file{::open((from_ / "sparse").c_str(), O_WRONLY | O_CLOEXEC)};
    ASSERT_EQ(::pwrite(file.number(), "end", 3, 64 << 20), 3);
    copy();
    EXPECT_EQ(status(to_ / "sparse").st_size, (64 << 20) + 3);
    EXPECT_LT(status(to_ / "sparse").st_blocks * 512, 1 << 20);
    const Fd copied{::open((to_ / "sparse").c_str(), O_RDONLY | O_CLOEXEC)};
    char end[3] = {};
    ASSERT_EQ(::pread(copied.number(), end, 3, 64 << 20), 3);
    EXPECT_EQ(std::string(end, 3), "end");
}

TEST_F(MergedLayer, KeepsOwnersAttributesAndPipes)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "wants root";
    write("file", "text");
    ASSERT_EQ(::chown((from_ / "file").c_str(), 999, 998), 0);
    ASSERT_EQ(::chown(from_.c_str(), 999, 998), 0);
    ASSERT_EQ(::mkfifo((from_ / "pipe").c_str(), 0640), 0);
    const bool has_xattrs = ::setxattr((from_ / "file").c_str(), "trusted.slipway-test", "value", 5, 0) == 0;
    copy();
    EXPECT_EQ(status(to_ / "file").st_uid, 999U);
    EXPECT_EQ(status(to_ / "file").st_gid, 998U);
    EXPECT_EQ(status(to_).st_uid, 999U);
    EXPECT_TRUE(S_ISFIFO(status(to_ / "pipe").st_mode));
    char value[8] = {};
    if (has_xattrs) {
        EXPECT_EQ(::getxattr((to_ / "file").c_str(), "trusted.slipway-test", value, sizeof value), 5);
    }
}

} // namespace
} // namespace slipway::store
