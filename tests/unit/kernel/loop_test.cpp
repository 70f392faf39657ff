// SPDX-License-Identifier: LGPL-2.1-or-later
// Loop devices and what is mounted from them, quotas included; where the machine has loop devices and
// mkfs.ext4.
#include "base/file.hpp"
#include "kernel/loop.hpp"
#include "kernel/mount.hpp"
#include "kernel/project_quota.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::kernel {
namespace {

class LoopTest : public ::testing::Test {
  protected:
    void make_file_system(const std::string& options)
    {
        const Fd file{::open(image_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        ASSERT_EQ(::ftruncate(file.number(), 32 << 20), 0);
        if (::system(("mkfs.ext4 -q " + options + " " + image_.native() + " >/dev/null 2>&1").c_str()) !=
            0) // NOLINT
            GTEST_SKIP() << "no mkfs.ext4 that takes " << options;
        try {
            attach_loop(image_, LoopAccess::read_write);
        } catch (const Failure& failure) {
            GTEST_SKIP() << "no loop devices: " << failure.message();
        }
    }

    slipway::testing::TemporaryDirectory root_;
    std::filesystem::path image_ = root_ / "image";
};

TEST_F(LoopTest, GivesAFileOneDeviceForAll)
{
    make_file_system("");
    const LoopDevice first = attach_loop(image_, LoopAccess::read_write);
    const LoopDevice second = attach_loop(image_, LoopAccess::read_write);
    EXPECT_EQ(first.path, second.path);
}

TEST_F(LoopTest, DoesNotWriteByADeviceThatIsReadOnly)
{
    make_file_system("");
    const LoopDevice reader = attach_loop(image_, LoopAccess::read_only);
    EXPECT_FAILURE(attach_loop(image_, LoopAccess::read_write), ErrorCode::invalid_mount, "read-only");
}

TEST_F(LoopTest, HasAFileThatIsThere)
{
    EXPECT_FAILURE(attach_loop(root_ / "none", LoopAccess::read_write), ErrorCode::io_error, "none");
}

TEST_F(LoopTest, LimitsADirectoryByItsProject)
{
    make_file_system("-O project,quota -E quotatype=prjquota");
    const LoopDevice loop = attach_loop(image_, LoopAccess::read_write);
    MountFd mount;
    try {
        mount = make_mount("ext4", loop.path, {{"prjquota", ""}}, 0);
    } catch (const Failure& failure) {
        GTEST_SKIP() << "this kernel's ext4 has no quotas: " << failure.message();
    }
    ASSERT_EQ(::mkdirat(mount.number(), "limited", 0700), 0);
    const Fd directory{::openat(mount.number(), "limited", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    limit_directory(directory, 0x73000000, 1 << 20);
    // The host's root may exceed a quota where it has CAP_SYS_RESOURCE: somebody else writes.
    ASSERT_EQ(::fchown(directory.number(), 65534, 65534), 0);
    const pid_t writer = ::fork();
    if (writer == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0)
            ::_exit(9);
        const int file = ::openat(directory.number(), "file", O_WRONLY | O_CREAT, 0600);
        std::string block(1 << 19, 'x');
        for (int i = 0; i < 4; ++i)
            if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()))
                ::_exit(errno == EDQUOT || errno == 0 || errno == ENOSPC ? i : 8);
        ::_exit(7);
    }
    int status = 0;
    ::waitpid(writer, &status, 0);
    EXPECT_THAT(WEXITSTATUS(status), ::testing::AnyOf(1, 2)) << "blocks of half the limit were written";
}

TEST_F(LoopTest, DoesNotPretendToLimitWhereThereAreNoQuotas)
{
    make_file_system("");
    const LoopDevice loop = attach_loop(image_, LoopAccess::read_write);
    const MountFd mount = make_mount("ext4", loop.path, {}, 0);
    const Fd directory{::openat(mount.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    EXPECT_FAILURE(limit_directory(directory, 0x73000000, 1 << 20), ErrorCode::not_supported, "prjquota");
}

} // namespace
} // namespace slipway::kernel
