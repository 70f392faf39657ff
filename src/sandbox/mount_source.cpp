// SPDX-License-Identifier: LGPL-2.1-or-later
// Sources of mounts. What belongs to a container, such as what is in its volume, is found by descriptors
// below it, so that no symbolic link in it leads the host's rights elsewhere (CVE-2017-1002101,
// CVE-2023-0778).
#include "sandbox/mount_source.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"
#include "kernel/in_root.hpp"
#include "kernel/loop.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>

namespace slipway::sandbox {

namespace {

Failure invalid(const std::string& message)
{
    return Failure{ErrorCode::invalid_mount, message};
}

Fd open_place(const std::string& path)
{
    Fd place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!place) {
        const std::string why = errno == ENOENT ? " (a bind mount does not make its source)" : "";
        throw invalid(errno_failure(errno, "open", path).message() + why);
    }
    return place;
}

Fd find_below(const Fd& source, const std::string& below, const std::string& what)
{
    Fd place = kernel::find_in_root(source, below, O_PATH);
    if (!place)
        throw invalid("the subpath " + below + " of " + what + ": " +
                      errno_failure(errno, "open", below).message());
    return place;
}

// proc(5): optional fields such as "shared:1" stand between the sixth and "-".
void require_propagation(const Fd& place, const std::string& path)
{
    struct statx status {};
    check(::statx(place.number(), "", AT_EMPTY_PATH, STATX_MNT_ID, &status), "look at", path);
    std::istringstream lines{read_file("/proc/self/mountinfo")};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields{line};
        std::uint64_t id = 0;
        fields >> id;
        if (id != status.stx_mnt_id)
            continue;
        const std::string optional = line.substr(0, line.find(" - "));
        if (optional.find(" shared:") != std::string::npos || optional.find(" master:") != std::string::npos)
            return;
        break;
    }
    throw invalid(path + " is on a mount that is private on the host, so nothing propagates ('mount "
                         "--make-shared' changes that)");
}

void add_file(const kernel::MountFd& mount, const SourceFile& wish)
{
    const Fd file{check(
        ::openat(mount.number(), wish.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0),
        "make", wish.name)};
    write_all(file.number(), wish.content, wish.name);
    check(::fchown(file.number(), wish.uid, wish.gid), "set the owner of", wish.name);
    check(::fchmod(file.number(), wish.mode), "set the mode of", wish.name);
}

// The part BELOW of a file system that is nowhere yet.
kernel::MountFd part_of(const kernel::MountFd& mount, const std::string& below, const std::string& what)
{
    if (kernel::takes_detached_mounts())
        return kernel::clone_mount(find_below(mount, below, what), kernel::Depth::one);
    kernel::MountFd part;
    kernel::run_in_mount_namespace([&] {
        kernel::attach(mount, open_place("/"));
        part = kernel::clone_mount(find_below(mount, below, what), kernel::Depth::one);
    });
    return part;
}

kernel::MountFd make_file_system(const oci::Mount& wish, const MountSource& source)
{
    kernel::LoopDevice loop;
    std::string device = wish.source;
    if (source.is_loop) {
        const bool is_read_only = std::any_of(source.parameters.begin(), source.parameters.end(),
                                              [](const auto& parameter) { return parameter.first == "ro"; });
        loop = kernel::attach_loop(device, is_read_only ? kernel::LoopAccess::read_only
                                                        : kernel::LoopAccess::read_write);
        device = loop.path;
    }
    return kernel::make_mount(wish.type, device, source.parameters, 0);
}

} // namespace

kernel::MountFd open_source(const oci::Mount& wish, kernel::Depth depth, const MountSource& source)
{
    if (source.is_file_system) {
        kernel::MountFd mount;
        try {
            mount = make_file_system(wish, source);
            for (const SourceFile& file : source.files)
                add_file(mount, file);
        } catch (const Failure& failure) {
            throw invalid(wish.source + ": " + failure.message());
        }
        if (source.below.empty())
            return mount;
        return part_of(mount, source.below, wish.source);
    }
    Fd place = open_place(wish.source);
    if (source.must_propagate)
        require_propagation(place, wish.source);
    if (!source.below.empty())
        place = find_below(place, source.below, wish.source);
    return kernel::clone_mount(place, depth);
}

} // namespace slipway::sandbox
