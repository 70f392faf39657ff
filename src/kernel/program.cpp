// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs behind a read-only mount, or copied.
#include "kernel/program.hpp"

#include "base/failure.hpp"
#include "kernel/mount.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace slipway::kernel {

namespace {

Fd sealed_copy(const std::string& path)
{
    const Fd file{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
    struct stat status {};
    check(::fstat(file.number(), &status), "look at", path);
    Fd copy{check(::memfd_create("program", MFD_CLOEXEC | MFD_ALLOW_SEALING), "make a memory file")};
    for (off_t left = status.st_size; left > 0;) {
        const ssize_t count = check(
            ::sendfile(copy.number(), file.number(), nullptr, static_cast<std::size_t>(left)), "copy", path);
        if (count == 0)
            break;
        left -= count;
    }
    check(::fcntl(copy.number(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
          "seal", path);
    return copy;
}

} // namespace

Fd read_only_program(const std::string& path)
{
    Fd place{check(::open(path.c_str(), O_PATH | O_CLOEXEC), "open", path)};
    struct stat status {};
    check(::fstat(place.number(), &status), "look at", path);
    // Neither we nor a container of ours can write to somebody else's.
    if (::geteuid() != 0 && status.st_uid != ::geteuid() && ::access(path.c_str(), W_OK) < 0)
        return place;
    try {
        MountFd mount = clone_mount(place, Depth::one);
        MountChange change;
        change.set = MOUNT_ATTR_RDONLY;
        change_mount(mount, change, Depth::one);
        return mount;
    } catch (const Failure&) {
        return sealed_copy(path);
    }
}

} // namespace slipway::kernel
