// SPDX-License-Identifier: LGPL-2.1-or-later
// remove_tree: deep, wide and odd trees go; what links and mounts lead to stays.
#include "base/fd.hpp"
#include "base/file.hpp"
#include "samples.hpp"
#include "store/remove_tree.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace slipway::store {
namespace {

using testing::names_in;

class RemoveTreeTest : public ::testing::Test {
  protected:
    RemoveTreeTest()
    {
        std::filesystem::create_directories(tree_);
        std::filesystem::create_directories(outside_);
        replace_file(outside_ / "precious", "gold", Durability::page_cache);
    }
    ~RemoveTreeTest() override { EXPECT_EQ(names_in(outside_), std::set<std::string>{"precious"}); }

    // LEVELS directories one in the other, each with a file; too deep for any path.
    void dig(int levels) const
    {
        Fd here{check(::open(tree_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", tree_.native())};
        for (int level = 0; level < levels; ++level) {
            const Fd file{::openat(here.number(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
            check(::mkdirat(here.number(), "down", 0700), "make a directory");
            here = Fd{
                check(::openat(here.number(), "down", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", "down")};
        }
    }
    void expect_gone() const { EXPECT_EQ(names_in(root_.path()), std::set<std::string>{"outside"}); }

    // Runs DEED in a child with mounts of its own; its result is whether it went well.
    template <typename Deed>
    static bool in_own_mounts(Deed deed)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            bool is_well = false;
            if (::unshare(CLONE_NEWNS) == 0 &&
                ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0)
                is_well = deed();
            ::_exit(is_well ? 0 : 1);
        }
        int status = -1;
        return ::waitpid(child, &status, 0) == child && status == 0;
    }

    slipway::testing::TemporaryDirectory root_;
    std::filesystem::path tree_ = root_ / "tree";
    std::filesystem::path outside_ = root_ / "outside";
};

TEST_F(RemoveTreeTest, TakesAWideTreeOfAllKinds)
{
    for (int i = 0; i < 500; ++i) {
        std::filesystem::create_directories(tree_ / std::to_string(i % 7) / std::to_string(i));
        replace_file(tree_ / ("file" + std::to_string(i)), "x", Durability::page_cache);
    }
    ASSERT_EQ(::mkfifo((tree_ / "fifo").c_str(), 0600), 0);
    ASSERT_EQ(::symlink("nowhere", (tree_ / "dangling").c_str()), 0);
    ASSERT_EQ(::mknod((tree_ / "socket").c_str(), S_IFSOCK | 0600, 0), 0);
    replace_file(tree_ / "line\nbreak", "x", Durability::page_cache);
    ASSERT_EQ(::chmod((tree_ / "0").c_str(), 0), 0);
    remove_tree(tree_);
    expect_gone();
}

TEST_F(RemoveTreeTest, NeedsFewDescriptorsForADeepTree)
{
    dig(2500);
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit limit{64, 64};
        ::setrlimit(RLIMIT_NOFILE, &limit);
        const auto failure = slipway::testing::failure_of([&] {
            remove_tree(tree_);
            return 0;
        });
        ::_exit(failure ? 1 : 0);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    expect_gone();
}

TEST_F(RemoveTreeTest, IsNotConfusedByNamesItUsesItself)
{
    dig(100);
    std::filesystem::create_directories(tree_ / ".lifted-0" / "x");
    replace_file(tree_ / ".lifted-1", "x", Durability::page_cache);
    ASSERT_EQ(::symlink(outside_.c_str(), (tree_ / ".lifted-2").c_str()), 0);
    remove_tree(tree_);
    expect_gone();
}

TEST_F(RemoveTreeTest, NeverFollowsASymbolicLink)
{
    ASSERT_EQ(::symlink(outside_.c_str(), (tree_ / "link").c_str()), 0);
    ASSERT_EQ(::symlink("..", (tree_ / "up").c_str()), 0);
    std::filesystem::create_directory(tree_ / "directory");
    ASSERT_EQ(::symlink("../../outside/precious", (tree_ / "directory" / "link").c_str()), 0);
    remove_tree(tree_);
    expect_gone();
}

TEST_F(RemoveTreeTest, TakesALinkItselfAndAFileItself)
{
    remove_tree(tree_);
    ASSERT_EQ(::symlink(outside_.c_str(), tree_.c_str()), 0);
    remove_tree(tree_);
    replace_file(tree_, "x", Durability::page_cache);
    remove_tree(tree_);
    expect_gone();
}

TEST_F(RemoveTreeTest, NothingThereIsNoFailure)
{
    remove_tree(tree_);
    EXPECT_NO_THROW(remove_tree(tree_));
    EXPECT_NO_THROW(remove_tree(tree_ / "below" / "nothing"));
    expect_gone();
}

TEST_F(RemoveTreeTest, StopsAtAMountWhateverIsMounted)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    for (const char* place : {"", "a", "a/b"}) {
        const std::filesystem::path at = tree_ / place;
        EXPECT_TRUE(in_own_mounts([&] {
            std::filesystem::create_directories(at);
            // The same file system: no device number tells it from the tree.
            if (::mount(outside_.c_str(), at.c_str(), nullptr, MS_BIND, nullptr) != 0)
                return false;
            const auto failure = slipway::testing::failure_of([&] {
                remove_tree(place == std::string_view{} ? tree_ : root_ / "tree");
                return 0;
            });
            return failure && failure->message().find("busy") != std::string::npos;
        })) << place;
        EXPECT_EQ(names_in(outside_), std::set<std::string>{"precious"}) << place;
    }
    EXPECT_TRUE(in_own_mounts([&] {
        std::filesystem::create_directories(tree_ / "a");
        return ::mount("tmpfs", (tree_ / "a").c_str(), "tmpfs", 0, nullptr) == 0 &&
               ::mkdir((tree_ / "a" / "inside").c_str(), 0700) == 0 && slipway::testing::failure_of([&] {
                   remove_tree(tree_);
                   return 0;
               }) &&
               std::filesystem::exists(tree_ / "a" / "inside");
    }));
}

TEST_F(RemoveTreeTest, SaysWhatItCannotRemove)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    replace_file(tree_ / "held", "x", Durability::page_cache);
    EXPECT_TRUE(in_own_mounts([&] {
        if (::mount((outside_ / "precious").c_str(), (tree_ / "held").c_str(), nullptr, MS_BIND, nullptr) !=
            0)
            return false;
        const auto failure = slipway::testing::failure_of([&] {
            remove_tree(tree_);
            return 0;
        });
        return failure && failure->message() == "remove held: Device or resource busy";
    }));
}

} // namespace
} // namespace slipway::store
