// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays: by fsconfig(2), and by mount(2).
#include "kernel/overlay.hpp"

#include "base/failure.hpp"
#include "kernel/mount_context.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

namespace slipway::kernel {

namespace {

// What mount(2) takes of a file system's options, its end included.
constexpr std::size_t page_limit = 4096;

std::string link_to(const Fd& fd)
{
    return "/proc/self/fd/" + std::to_string(fd.number());
}

// Numbers alone, for they are looked up in /proc/self/fd: four bytes a layer.
std::string options_of(const std::vector<Fd>& lower)
{
    std::string options;
    for (const Fd& layer : lower)
        options += (options.empty() ? "lowerdir=" : ":") + std::to_string(layer.number());
    return options;
}

MountFd mount_over_proc(const std::string& options)
{
    if (options.size() >= page_limit)
        throw Failure{ErrorCode::not_supported,
                      "mount overlay: its layers are too many for mount(2) of this kernel"};
    check(::chdir("/proc/self/fd"), "enter", "/proc/self/fd");
    // A place that is always there; the working directory stays below what is covered.
    check(::mount("overlay", "/proc", "overlay", 0, options.c_str()), "mount overlay");
    const Fd place{check(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), "open the overlay")};
    MountFd mount = clone_mount(place, Depth::one);
    check(::umount2("/proc", MNT_DETACH), "uncover", "/proc");
    MountChange change;
    change.propagation = MS_PRIVATE;
    change_mount(mount, change, Depth::one);
    return mount;
}

void require_writable(const MountFd& mount)
{
    struct statvfs status {};
    check(::fstatvfs(mount.number(), &status), "look at the overlay");
    if ((status.f_flag & ST_RDONLY) != 0)
        throw Failure{ErrorCode::io_error,
                      "mount overlay: it is read-only, since its upper directory's file system cannot "
                      "serve as one (the kernel's log says more)"};
}

} // namespace

MountFd make_overlay(OverlayCall call, const std::vector<Fd>& lower, const Fd& upper, const Fd& work,
                     OverlayAttributes attributes)
{
    MountFd mount;
    if (call == OverlayCall::fsconfig) {
        MountContext context{"overlay"};
        // Not to be tried out first: until Linux 6.5 overlayfs takes any name, and complains when the mount
        // is made.
        for (const Fd& layer : lower)
            context.set_directory("lowerdir+", layer);
        context.set("upperdir", link_to(upper));
        context.set("workdir", link_to(work));
        context.set("source", "overlay");
        if (attributes == OverlayAttributes::of_user)
            context.set("userxattr", {});
        mount = context.finish(0);
    } else {
        std::string options = options_of(lower) + ",upperdir=" + std::to_string(upper.number()) +
                              ",workdir=" + std::to_string(work.number());
        if (attributes == OverlayAttributes::of_user)
            options += ",userxattr";
        mount = mount_over_proc(options);
    }
    require_writable(mount);
    return mount;
}

std::string name_of(OverlayCall call)
{
    return call == OverlayCall::fsconfig ? "fsconfig" : "mount";
}

OverlayCall overlay_call(const std::string& name)
{
    if (name == "fsconfig")
        return OverlayCall::fsconfig;
    if (name == "mount")
        return OverlayCall::mount;
    throw Failure{ErrorCode::invalid_argument, "overlay: '" + name + "' is neither fsconfig nor mount"};
}

} // namespace slipway::kernel
