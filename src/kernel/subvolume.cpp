// SPDX-License-Identifier: LGPL-2.1-or-later
// Subvolumes of btrfs.
#include "kernel/subvolume.hpp"

#include "base/failure.hpp"

#include <cstring>
#include <linux/btrfs.h>
#include <sys/ioctl.h>

namespace slipway::kernel {

namespace {

template <std::size_t Size>
void set_name(char (&place)[Size], const std::string& name) // NOLINT: the kernel's
{
    if (name.empty() || name.size() >= Size)
        throw Failure{ErrorCode::internal, "no name of a subvolume: " + name};
    std::memcpy(place, name.data(), name.size()); // zeroes follow
}

void require(int result, const std::string& deed)
{
    // Of another file system.
    if (result < 0 && (errno == ENOTTY || errno == EINVAL || errno == EOPNOTSUPP))
        throw Failure{ErrorCode::not_supported, deed + ": the file system has no subvolumes"};
    check(result, deed);
}

} // namespace

void make_subvolume(const Fd& parent, const std::string& name)
{
    btrfs_ioctl_vol_args arguments{};
    set_name(arguments.name, name);
    require(::ioctl(parent.number(), BTRFS_IOC_SUBVOL_CREATE, &arguments), "make a subvolume");
}

void make_snapshot(const Fd& source, const Fd& parent, const std::string& name)
{
    btrfs_ioctl_vol_args_v2 arguments{};
    arguments.fd = source.number();
    set_name(arguments.name, name);
    require(::ioctl(parent.number(), BTRFS_IOC_SNAP_CREATE_V2, &arguments), "make a snapshot");
}

} // namespace slipway::kernel
