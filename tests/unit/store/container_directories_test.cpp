// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerDirectories: upper/ and work/, like the image's root.
#include "samples.hpp"
#include "store/container_directories.hpp"
#include "store/remove_tree.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {
namespace {

using testing::id_of;
using testing::names_in;

class ContainerDirectoriesTest : public ::testing::Test {
  protected:
    ContainerDirectoriesTest()
    {
        for (const char* name : {"tmp", "containers", "image"})
            std::filesystem::create_directory(root_ / name);
    }
    ContainerDirectory make(char digit) { return directories_.make(id_of(digit), root_ / "image"); }

    slipway::testing::TemporaryDirectory root_;
    ContainerDirectories directories_{root_ / "containers", Scratch{root_ / "tmp"}};
};

TEST_F(ContainerDirectoriesTest, ShowOwnerAndModeOfTheImagesRoot)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    ASSERT_EQ(::chown((root_ / "image").c_str(), 1000, 2000), 0);
    ASSERT_EQ(::chmod((root_ / "image").c_str(), 02751), 0);
    const mode_t umask = ::umask(0777);
    const ContainerDirectory made = make('a');
    ::umask(umask);
    struct stat upper {};
    struct stat work {};
    ASSERT_EQ(::stat(made.upper.c_str(), &upper), 0);
    ASSERT_EQ(::stat(made.work.c_str(), &work), 0);
    EXPECT_EQ(upper.st_mode & 07777U, 02751U);
    EXPECT_EQ(upper.st_uid, 1000U);
    EXPECT_EQ(upper.st_gid, 2000U);
    EXPECT_EQ(work.st_uid, 0U);
    EXPECT_EQ(made.path, root_ / "containers" / id_of('a'));
    EXPECT_TRUE(directories_.has(id_of('a')));
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
}

TEST_F(ContainerDirectoriesTest, LeaveNothingWhenTheImageIsGone)
{
    std::filesystem::remove(root_ / "image");
    EXPECT_FAILURE(make('a'), ErrorCode::io_error, "image");
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
    EXPECT_FALSE(directories_.has(id_of('a')));
}

TEST_F(ContainerDirectoriesTest, NeverReplaceOneThatIsThere)
{
    const ContainerDirectory made = make('a');
    std::filesystem::create_directory(made.upper / "precious");
    EXPECT_FAILURE(make('a'), ErrorCode::io_error, "rename to");
    EXPECT_TRUE(std::filesystem::exists(made.upper / "precious"));
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
}

TEST_F(ContainerDirectoriesTest, TakenOneIsTrashAtOnce)
{
    make('a');
    const std::optional<Trash> trash = directories_.take(id_of('a'));
    ASSERT_TRUE(trash);
    EXPECT_FALSE(directories_.has(id_of('a')));
    EXPECT_TRUE(names_in(root_ / "containers").empty());
    remove_tree(*trash);
    EXPECT_TRUE(names_in(root_ / "tmp").empty());
    EXPECT_FALSE(directories_.take(id_of('a')));
}

TEST_F(ContainerDirectoriesTest, TakeNothingForAnIdThatIsNone)
{
    for (const char* id : {"", "..", "../image", "abc"})
        EXPECT_FAILURE(static_cast<void>(directories_.at(id)), ErrorCode::internal, "not a container's id");
}

} // namespace
} // namespace slipway::store
