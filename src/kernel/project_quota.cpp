// SPDX-License-Identifier: LGPL-2.1-or-later
// Project quotas by descriptor: quotactl_fd(2), Linux 5.14.
#include "kernel/project_quota.hpp"

#include "base/failure.hpp"

#include <cerrno>
#include <linux/dqblk_xfs.h>
#include <linux/fs.h>
#include <linux/quota.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/syscall.h>

namespace slipway::kernel {

namespace {

constexpr std::uint64_t quota_block = 1024;

long quotactl(const Fd& place, unsigned command, std::uint32_t id, void* argument)
{
    return ::syscall(SYS_quotactl_fd, place.number(), QCMD(command, PRJQUOTA), id, argument);
}

Failure unsupported(const std::string& reason)
{
    return Failure{
        ErrorCode::not_supported,
        "a size limit wants project quotas, and " + reason +
            " (ext4: 'tune2fs -O project,quota -Q prjquota' and the mount option prjquota; XFS: the mount "
            "option prjquota)"};
}

// That limits are enforced, and not only usage counted.
void require_quotas(const Fd& place)
{
    fs_quota_statv state{};
    state.qs_version = FS_QSTATV_VERSION1;
    if (quotactl(place, Q_XGETQSTATV, 0, &state) < 0) {
        if (errno == ENOSYS && ::syscall(SYS_quotactl_fd, -1, 0, 0, nullptr) < 0 && errno == ENOSYS)
            throw unsupported("this kernel has no quotactl_fd(2), which is of Linux 5.14");
        throw unsupported("the file system of the store has none");
    }
    if ((state.qs_flags & FS_QUOTA_PDQ_ENFD) == 0)
        throw unsupported("the file system of the store does not enforce them");
}

} // namespace

void give_project(const Fd& directory, std::uint32_t project)
{
    fsxattr attributes{};
    check(::ioctl(directory.number(), FS_IOC_FSGETXATTR, &attributes), "read the project of a directory");
    attributes.fsx_projid = project;
    attributes.fsx_xflags |= FS_XFLAG_PROJINHERIT;
    check(::ioctl(directory.number(), FS_IOC_FSSETXATTR, &attributes), "set the project of a directory");
}

void limit_directory(const Fd& directory, std::uint32_t project, std::uint64_t bytes)
{
    require_quotas(directory);
    give_project(directory, project);
    if_dqblk limits{};
    limits.dqb_bhardlimit = (bytes + quota_block - 1) / quota_block;
    limits.dqb_valid = QIF_BLIMITS;
    check(quotactl(directory, Q_SETQUOTA, project, &limits), "set the quota of project",
          std::to_string(project));
}

} // namespace slipway::kernel
