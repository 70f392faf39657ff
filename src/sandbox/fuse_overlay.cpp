// SPDX-License-Identifier: LGPL-2.1-or-later
// fuse-overlayfs: started, and its mount taken from where it has put it.
//
// It reaches its layers through proc, and pivot_root(2) takes the root away from under everybody in the mount
// namespace. So it has a mount namespace of its own, and its mount comes over by propagation.
#include "sandbox/fuse_overlay.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"
#include "kernel/spawn.hpp"

#include <array>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

namespace slipway::sandbox {

namespace {

// Of mount options: a comma ends one, a colon a directory.
std::string escaped(const std::string& path)
{
    std::string text;
    for (const char letter : path)
        text += letter == ',' || letter == ':' || letter == '\\' ? std::string{'\\', letter}
                                                                 : std::string{letter};
    return text;
}

bool is_fuse(const std::string& place)
{
    struct statfs found {};
    return ::statfs(place.c_str(), &found) == 0 && found.f_type == FUSE_SUPER_MAGIC;
}

// Returns when the mount is at PLACE; the server is an orphan as soon as its caller ends.
pid_t serve(const OverlayRequest& overlay, const std::string& place)
{
    check(::unshare(CLONE_NEWNS), "make a mount namespace");
    std::string lower;
    for (const std::string& layer : overlay.lower)
        lower += (lower.empty() ? "" : ":") + escaped(layer);
    const std::string options = "lowerdir=" + lower + ",upperdir=" + escaped(overlay.directory) +
                                "/upper,workdir=" + escaped(overlay.directory) + "/work";
    // It is readable with POLLPRI when a mount has come (proc_pid_mountinfo(5)).
    const Fd mounts{check(::open("/proc/thread-self/mountinfo", O_RDONLY | O_CLOEXEC), "open", "mountinfo")};
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null")};
    const Fd output{check(::memfd_create("words", MFD_CLOEXEC), "make a memory file")};
    const kernel::Spawned server =
        kernel::spawn(overlay.fuse, {overlay.fuse, "-f", "-o", options, place}, kernel::own_environment(),
                      {{nothing.number(), 0}, {output.number(), 1}, {output.number(), 2}});
    while (!is_fuse(place)) {
        std::array<pollfd, 2> news{pollfd{mounts.number(), POLLPRI, 0},
                                   pollfd{server.pidfd.number(), POLLIN, 0}};
        if (::poll(news.data(), news.size(), -1) < 0 && errno != EINTR)
            throw errno_failure(errno, "poll");
        if (news[1].revents == 0)
            continue;
        ::waitpid(server.pid, nullptr, 0);
        check(::lseek(output.number(), 0, SEEK_SET), "read what fuse-overlayfs says");
        std::string text = read_all(output.number(), "what fuse-overlayfs says");
        text = text.substr(0, text.find('\n'));
        throw Failure{ErrorCode::start_failed,
                      "fuse-overlayfs makes no root" + (text.empty() ? "" : ": " + text)};
    }
    return server.pid;
}

} // namespace

FuseOverlay make_fuse_overlay(const OverlayRequest& overlay)
{
    const std::string place = overlay.directory + "/merged";
    if (::mkdir(place.c_str(), 0700) < 0 && errno != EEXIST)
        throw errno_failure(errno, "make", place);
    check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "detach from the host's mounts");
    check(::mount(place.c_str(), place.c_str(), nullptr, MS_BIND, nullptr), "mount", place);
    check(::mount(nullptr, place.c_str(), nullptr, MS_SHARED, nullptr), "share", place);
    FuseOverlay made;
    kernel::run_in_child([&] { made.server = serve(overlay, place); });
    const Fd mounted{check(::open(place.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", place)};
    made.mount = kernel::clone_mount(mounted, kernel::Depth::one);
    kernel::MountChange change;
    change.propagation = MS_PRIVATE;
    kernel::change_mount(made.mount, change, kernel::Depth::one);
    return made;
}

void place_fuse_server(pid_t server, const Fd& payload)
{
    const Fd members{check(::openat(payload.number(), "../supervisor/cgroup.procs", O_WRONLY | O_CLOEXEC),
                           "open", "the monitor's cgroup")};
    write_all(members.number(), std::to_string(server), "the monitor's cgroup");
}

} // namespace slipway::sandbox
