// SPDX-License-Identifier: LGPL-2.1-or-later
// fuse-overlayfs: started, and its mount taken from where it has put it.
//
// It reaches its layers through proc, and pivot_root(2) takes the root away from under everybody in the mount
// namespace. So it has a mount namespace of its own, and its mount is taken out of it.
#include "kernel/fuse_overlay.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"
#include "kernel/spawn.hpp"
#include "kernel/trial_directory.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

namespace slipway::kernel {

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

std::string mapping_text(const std::vector<IdRange>& ranges)
{
    std::string text;
    for (const IdRange& range : ranges)
        text += (text.empty() ? "" : ":") + std::to_string(range.inside) + ":" +
                std::to_string(range.outside) + ":" + std::to_string(range.size);
    return text;
}

std::string options_of(const FuseOverlayRequest& request)
{
    std::string lower;
    for (const std::string& layer : request.lower)
        lower += (lower.empty() ? "" : ":") + escaped(layer);
    std::string options = "lowerdir=" + lower + ",upperdir=" + escaped(request.directory) +
                          "/upper,workdir=" + escaped(request.directory) + "/work";
    if (!request.shown.uids.empty())
        options += ",uidmapping=" + mapping_text(request.shown.uids) +
                   ",gidmapping=" + mapping_text(request.shown.gids);
    return options;
}

// Returns when the mount is at PLACE; the server is an orphan as soon as its caller ends.
pid_t serve(const FuseOverlayRequest& request, const std::string& place)
{
    // It is readable with POLLPRI when a mount has come (proc_pid_mountinfo(5)).
    const Fd mounts{check(::open("/proc/thread-self/mountinfo", O_RDONLY | O_CLOEXEC), "open", "mountinfo")};
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null")};
    const Fd output{check(::memfd_create("words", MFD_CLOEXEC), "make a memory file")};
    const Spawned server =
        spawn(request.program, {request.program, "-f", "-o", options_of(request), place}, own_environment(),
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

FuseOverlay make_fuse_overlay(const FuseOverlayRequest& request)
{
    const std::string place = request.directory + "/merged";
    if (::mkdir(place.c_str(), 0700) < 0 && errno != EEXIST)
        throw errno_failure(errno, "make", place);
    FuseOverlay made;
    run_in_mount_namespace([&] {
        made.server = serve(request, place);
        const Fd mounted{check(::open(place.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", place)};
        made.mount = clone_mount(mounted, Depth::one);
        MountChange change;
        change.propagation = MS_PRIVATE;
        change_mount(made.mount, change, Depth::one);
        // Nobody but its users holds the mount then, and the server ends with the last of them.
        check(::umount2(place.c_str(), MNT_DETACH), "leave the overlay to its container");
    });
    return made;
}

std::string find_fuse_overlay()
{
    for (const char* const path : {"/usr/bin/fuse-overlayfs", "/usr/local/bin/fuse-overlayfs"})
        if (::access(path, X_OK) == 0)
            return path;
    return {};
}

std::string find_fuse_overlay_obstacle(const std::filesystem::path& directory)
{
    const std::string program = find_fuse_overlay();
    if (program.empty())
        return "fuse-overlayfs is not installed";
    if (::access("/dev/fuse", R_OK | W_OK) != 0)
        return "/dev/fuse: " + std::string{std::strerror(errno)}; // NOLINT: one thread asks
    try {
        const TrialDirectory trial{directory, {"lower", "upper", "work"}};
        const FuseOverlay made =
            make_fuse_overlay({program, {(trial.path() / "lower").native()}, trial.path().native(), {}});
        ::kill(made.server, SIGKILL);
        return {}; // somebody else's orphan
    } catch (const std::exception& failure) {
        return failure.what();
    }
}

void place_fuse_server(pid_t server, const Fd& payload)
{
    const Fd members{check(::openat(payload.number(), "../supervisor/cgroup.procs", O_WRONLY | O_CLOEXEC),
                           "open", "the monitor's cgroup")};
    write_all(members.number(), std::to_string(server), "the monitor's cgroup");
}

} // namespace slipway::kernel
