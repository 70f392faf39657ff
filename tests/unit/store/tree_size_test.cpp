// SPDX-License-Identifier: LGPL-2.1-or-later
// The size of a tree is that of its blocks.
#include "base/file.hpp"
#include "store/tree_size.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {
namespace {

class TreeSize : public ::testing::Test {
  protected:
    void add(const std::filesystem::path& name, std::size_t size)
    {
        replace_file(top_.path() / name, std::string(size, 'x'), Durability::disk);
    }
    // As du says.
    std::uint64_t told() const
    {
        const std::string command = "du -s -B1 " + top_.path().native();
        std::FILE* const pipe = ::popen(command.c_str(), "r"); // NOLINT: a path of our own
        unsigned long long size = 0;
        EXPECT_EQ(std::fscanf(pipe, "%llu", &size), 1); // NOLINT: a number
        ::pclose(pipe);
        return size;
    }

    slipway::testing::TemporaryDirectory top_;
};

TEST_F(TreeSize, CountsBlocksOnceAndNoHoles)
{
    add("a", 100'000);
    add("b", 1);
    std::filesystem::create_directories(top_.path() / "d/e");
    for (const char* const name : {"c", "d/f", "d/e/g"})
        std::filesystem::create_hard_link(top_.path() / "a", top_.path() / name);
    add("hole", 1);
    ASSERT_EQ(::truncate((top_.path() / "hole").c_str(), 1 << 30), 0);
    std::filesystem::create_symlink("/", top_.path() / "link");
    const std::uint64_t size = tree_size(top_.path());
    EXPECT_EQ(size, told());
    EXPECT_GT(size, 100'000U);
    EXPECT_LT(size, 200'000U);
}

TEST_F(TreeSize, GoesAsDeepAsThereIs)
{
    std::filesystem::path deep = top_.path();
    const std::string name(200, 'd');
    const Fd start{::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    ASSERT_EQ(::chdir(deep.c_str()), 0);
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(::mkdir(name.c_str(), 0755), 0);
        ASSERT_EQ(::chdir(name.c_str()), 0);
    }
    replace_file("./last", std::string(50'000, 'x'), Durability::disk);
    ASSERT_EQ(::fchdir(start.number()), 0);
    EXPECT_EQ(tree_size(top_.path()), told());
    EXPECT_GT(tree_size(top_.path()), 50'000U);
}

TEST_F(TreeSize, IsNothingForWhatIsNotThere)
{
    EXPECT_EQ(tree_size(top_.path() / "none"), 0U);
    add("file", 10'000);
    EXPECT_GE(tree_size(top_.path() / "file"), 10'000U);
}

} // namespace
} // namespace slipway::store
