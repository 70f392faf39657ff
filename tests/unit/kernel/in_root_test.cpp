// SPDX-License-Identifier: LGPL-2.1-or-later
// A root's symbolic links lead nowhere but into the root, by openat2(2) and by the walk that older kernels
// need.
#include "base/failure.hpp"
#include "kernel/in_root.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/stat.h>

namespace slipway::kernel {
namespace {

namespace fs = std::filesystem;

// By which way a place is found.
using Find = std::function<Fd(const Fd&, const std::string&)>;

class RootFixture : public ::testing::Test {
  protected:
    void SetUp() override
    {
        fs::create_directories(root_path_ / "etc");
        write(root_path_ / "etc/passwd", "inside");
        write(outside_ / "passwd", "outside");
        root_ = Fd{::open(root_path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    }

    static void write(const fs::path& path, const std::string& text) { std::ofstream{path} << text; }

    // Whether what was found is this file.
    static bool is(const Fd& found, const fs::path& path)
    {
        struct stat left {};
        struct stat right {};
        return found.is_open() && ::fstat(found.number(), &left) == 0 && ::stat(path.c_str(), &right) == 0 &&
               left.st_ino == right.st_ino && left.st_dev == right.st_dev;
    }

    slipway::testing::TemporaryDirectory directory_;
    fs::path root_path_ = fs::path{directory_.path()} / "root";
    fs::path outside_ = fs::path{directory_.path()};
    Fd root_;
};

class InRoot : public RootFixture, public ::testing::WithParamInterface<Find> {};

TEST_P(InRoot, AnAbsoluteLinkBeginsAtTheRoot)
{
    fs::create_symlink("/etc/passwd", root_path_ / "link");
    EXPECT_TRUE(is(GetParam()(root_, "/link"), root_path_ / "etc/passwd"));
}

TEST_P(InRoot, DotsDoNotLeaveTheRoot)
{
    fs::create_symlink("../../../etc/passwd", root_path_ / "link");
    EXPECT_TRUE(is(GetParam()(root_, "/link"), root_path_ / "etc/passwd"));
    EXPECT_TRUE(is(GetParam()(root_, "/../../etc/passwd"), root_path_ / "etc/passwd"));
    EXPECT_TRUE(is(GetParam()(root_, "/etc/../../.."), root_path_));
}

TEST_P(InRoot, ALinkToOutsideFindsNothing)
{
    fs::create_symlink(outside_ / "passwd", root_path_ / "link");
    try {
        EXPECT_FALSE(GetParam()(root_, "/link").is_open());
    } catch (const Failure&) {
        SUCCEED();
    }
}

TEST_P(InRoot, LinksInACircleEnd)
{
    fs::create_symlink("two", root_path_ / "one");
    fs::create_symlink("one", root_path_ / "two");
    try {
        EXPECT_FALSE(GetParam()(root_, "/one").is_open());
    } catch (const Failure&) {
        SUCCEED();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Ways, InRoot,
    ::testing::Values([](const Fd& root,
                         const std::string& path) { return find_in_root(root, path, O_PATH); },
                      [](const Fd& root, const std::string& path) { return walk_in_root(root, path); }));

class MakeInRoot : public RootFixture {};

TEST_F(MakeInRoot, MissingDirectoriesAreMadeBelowTheRoot)
{
    EXPECT_TRUE(make_in_root(root_, "/a/b/c", PlaceKind::directory).is_open());
    EXPECT_TRUE(fs::is_directory(root_path_ / "a/b/c"));
}

TEST_F(MakeInRoot, AFileIsMadeWhereADanglingLinkLeads)
{
    fs::create_symlink("/run/resolv.conf", root_path_ / "etc/resolv.conf");
    EXPECT_TRUE(make_in_root(root_, "/etc/resolv.conf", PlaceKind::file).is_open());
    EXPECT_TRUE(fs::is_regular_file(root_path_ / "run/resolv.conf"));
}

TEST_F(MakeInRoot, NothingIsMadeOutside)
{
    fs::create_symlink("../../made", root_path_ / "up");
    EXPECT_TRUE(make_in_root(root_, "/up/there", PlaceKind::directory).is_open());
    EXPECT_TRUE(fs::is_directory(root_path_ / "made/there"));
    EXPECT_FALSE(fs::exists(outside_ / "made"));
}

TEST_F(MakeInRoot, WhatIsThereIsKept)
{
    EXPECT_TRUE(is(make_in_root(root_, "/etc/passwd", PlaceKind::file), root_path_ / "etc/passwd"));
    std::ifstream file{root_path_ / "etc/passwd"};
    std::string text;
    file >> text;
    EXPECT_EQ(text, "inside");
}

TEST_F(MakeInRoot, AFileInTheWayIsAFailure)
{
    EXPECT_THROW(make_in_root(root_, "/etc/passwd/below", PlaceKind::directory), Failure);
}

} // namespace
} // namespace slipway::kernel
