// SPDX-License-Identifier: LGPL-2.1-or-later
// Masked and read-only paths.
#include "sandbox/masks.hpp"

#include "base/failure.hpp"
#include "kernel/in_root.hpp"
#include "kernel/mount.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

namespace slipway::sandbox {

namespace {

using kernel::Depth;

// Not open where the kernel has no such file.
Fd find_hidden(const Fd& root, const std::string& path)
{
    Fd place = kernel::find_in_root(root, path, O_PATH | O_NOFOLLOW);
    if (!place)
        return place;
    struct statfs status {};
    check(::fstatfs(place.number(), &status), "look at", path);
    if (path.starts_with("/proc/") && status.f_type != PROC_SUPER_MAGIC)
        throw Failure{ErrorCode::start_failed,
                      path + " is to be hidden, but the container's /proc is no proc file system"};
    return place;
}

} // namespace

void hide_paths(const Fd& root, const oci::Linux& settings)
{
    const Fd null_device{check(::open("/dev/null", O_PATH | O_CLOEXEC | O_NOFOLLOW), "open", "/dev/null")};
    struct stat null {};
    check(::fstat(null_device.number(), &null), "look at", "/dev/null");
    if (!S_ISCHR(null.st_mode) || null.st_rdev != makedev(1, 3))
        throw Failure{ErrorCode::start_failed, "the host's /dev/null is not the null device"};
    for (const std::string& path : settings.readonly_paths) {
        const Fd place = find_hidden(root, path);
        if (!place)
            continue;
        const kernel::MountFd mount = kernel::clone_mount(place, Depth::recursive);
        kernel::MountChange change;
        change.set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
        kernel::change_mount(mount, change, Depth::recursive);
        kernel::attach(mount, place);
    }
    kernel::MountChange apart;
    apart.propagation = MS_PRIVATE;
    kernel::MountFd nothing;
    for (const std::string& path : settings.masked_paths) {
        const Fd place = find_hidden(root, path);
        struct stat status {};
        if (!place || ::fstat(place.number(), &status) < 0)
            continue;
        if (S_ISDIR(status.st_mode)) {
            // One empty directory covers them all; copied once it is attached, as kernels before 6.15 want
            // it.
            if (nothing) {
                kernel::attach(kernel::clone_mount(nothing, Depth::one), place);
                continue;
            }
            nothing =
                kernel::make_mount("tmpfs", "tmpfs", {{"size", "0"}, {"nr_inodes", "1"}}, MOUNT_ATTR_RDONLY);
            kernel::attach(nothing, place);
        } else {
            // A copy is a peer of the host's, and would get what is mounted there.
            const kernel::MountFd cover = kernel::clone_mount(null_device, Depth::one);
            kernel::change_mount(cover, apart, Depth::one);
            kernel::attach(cover, place);
        }
    }
}

} // namespace slipway::sandbox
