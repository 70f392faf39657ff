// SPDX-License-Identifier: LGPL-2.1-or-later
// What an upper directory changes: the lines that people know, with whiteouts and opaque directories.
#include "base/file.hpp"
#include "layer_fixture.hpp"
#include "transfer/diff.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Differences : public testing::LayerFixture {
  protected:
    void SetUp() override
    {
        LayerFixture::SetUp();
        for (const fs::path& each : {upper_, middle_, lowest_})
            fs::create_directory(each);
    }
    // Equal times, as a copied-up directory has them.
    static void settle(const fs::path& directory)
    {
        const timespec times[] = {{1, 0}, {1'700'000'000, 5}};
        ASSERT_EQ(::utimensat(AT_FDCWD, directory.c_str(), static_cast<const timespec*>(times), 0), 0);
    }
    static void put(const fs::path& path, std::string_view content = "x")
    {
        fs::create_directories(path.parent_path());
        replace_file(path, content, Durability::page_cache);
    }
    static void white_out(const fs::path& path)
    {
        fs::create_directories(path.parent_path());
        ASSERT_EQ(::mknod(path.c_str(), S_IFCHR, ::makedev(0, 0)), 0);
    }
    static void make_opaque(const fs::path& path)
    {
        fs::create_directories(path);
        ASSERT_EQ(::setxattr(path.c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
    }
    std::vector<std::string> lines() const
    {
        const auto open = [](const fs::path& path) {
            return Fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        };
        const Fd upper = open(upper_);
        const Fd middle = open(middle_);
        const Fd lowest = open(lowest_);
        std::vector<std::string> lines;
        const LowerTree lower{{middle.number(), lowest.number()}, OverlayMarks::trusted};
        diff(upper.number(), lower, OverlayMarks::trusted, [&lines](Change change, std::string_view path) {
            lines.push_back(std::string{static_cast<char>(change), ' '} + std::string{path});
        });
        return lines;
    }

    fs::path upper_ = directory_ / "upper";
    fs::path middle_ = directory_ / "middle";
    fs::path lowest_ = directory_ / "lowest";
};

TEST_F(Differences, AreAddedChangedAndDeletedNames)
{
    put(lowest_ / "etc/passwd");
    put(lowest_ / "etc/shadow");
    put(middle_ / "usr/bin/tool");
    put(upper_ / "etc/passwd", "other");
    white_out(upper_ / "etc/shadow");
    put(upper_ / "new/file");
    for (const fs::path& each : {upper_, lowest_})
        settle(each / "etc");
    EXPECT_THAT(lines(), ElementsAre("C /etc", "C /etc/passwd", "D /etc/shadow", "A /new", "A /new/file"));
}

TEST_F(Differences, AreNoneWhereADirectoryWasOnlyCopiedUp)
{
    put(lowest_ / "etc/deep/file");
    fs::create_directories(upper_ / "etc/deep");
    for (const fs::path& each : {upper_ / "etc/deep", lowest_ / "etc/deep", upper_ / "etc", lowest_ / "etc"})
        settle(each);
    EXPECT_THAT(lines(), IsEmpty());
    ASSERT_EQ(::chmod((upper_ / "etc/deep").c_str(), 0700), 0);
    EXPECT_THAT(lines(), ElementsAre("C /etc", "C /etc/deep"));
}

TEST_F(Differences, AreToldOnceForEachDirectoryOnTheWay)
{
    put(lowest_ / "a/b/one");
    put(lowest_ / "a/c/two");
    put(upper_ / "a/b/one");
    put(upper_ / "a/c/two");
    for (const char* name : {"a/b", "a/c", "a"})
        for (const fs::path& each : {upper_, lowest_})
            settle(each / name);
    EXPECT_THAT(lines(), ElementsAre("C /a", "C /a/b", "C /a/b/one", "C /a/c", "C /a/c/two"));
}

TEST_F(Differences, LookThroughAllLayers)
{
    put(lowest_ / "dir/gone");
    put(lowest_ / "dir/below");
    white_out(middle_ / "dir/gone");
    put(lowest_ / "hidden/old");
    make_opaque(middle_ / "hidden");
    put(upper_ / "dir/gone");
    put(upper_ / "dir/below");
    put(upper_ / "hidden/old");
    white_out(upper_ / "never");
    const std::vector<std::string> found = lines();
    EXPECT_THAT(found, ElementsAre("C /dir", "C /dir/below", "A /dir/gone", "C /hidden", "A /hidden/old"));
}

TEST_F(Differences, OfAnOpaqueDirectoryAreWhatItHides)
{
    put(lowest_ / "dir/kept");
    put(lowest_ / "dir/lost/file");
    put(middle_ / "dir/also");
    put(lowest_ / "dir/sub/x");
    make_opaque(upper_ / "dir");
    put(upper_ / "dir/kept");
    fs::create_directory(upper_ / "dir/sub");
    EXPECT_THAT(lines(), ElementsAre("C /dir", "D /dir/also", "C /dir/kept", "D /dir/lost", "C /dir/sub",
                                     "D /dir/sub/x"));
}

TEST_F(Differences, OfAnotherKindAreChanges)
{
    put(lowest_ / "was-file");
    put(lowest_ / "was-directory/file");
    fs::create_directory(upper_ / "was-file");
    put(upper_ / "was-file/in");
    put(upper_ / "was-directory");
    EXPECT_THAT(lines(), ElementsAre("C /was-directory", "C /was-file", "A /was-file/in"));
}

} // namespace
} // namespace slipway::transfer
