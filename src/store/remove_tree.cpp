// SPDX-License-Identifier: LGPL-2.1-or-later
// Removing a tree: descend a bounded number of levels; what is deeper is lifted to the top and removed from
// there. Subvolumes of btrfs, which a container may make, are of the tree.
#include "store/remove_tree.hpp"

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace slipway::store {

namespace {

// Each level holds one descriptor and one stack frame.
constexpr int descent_limit = 24;
// Someone who writes while we remove could keep us forever.
constexpr int patience = 1000;

struct CloseDirectory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// A bind mount has the device number of what it shows, so the kernel is asked (openat2(2), Linux 5.6). Older
// ones are left with the device number.
Fd open_on_same_mount(int parent, const char* name)
{
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    how.resolve = RESOLVE_NO_XDEV | RESOLVE_BENEATH;
    Fd fd{static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how))};
    if (!fd && (errno == ENOSYS || errno == EPERM))
        fd = Fd{::openat(parent, name, static_cast<int>(how.flags))};
    if (!fd && errno == EXDEV)
        throw errno_failure(EBUSY, "remove the mount point", name);
    check(fd.number(), "open", name);
    return fd;
}

Directory open_directory(int parent, const char* name)
{
    Fd fd = open_on_same_mount(parent, name);
    Directory directory{::fdopendir(fd.number())};
    check(directory ? 0 : -1, "open", name);
    static_cast<void>(fd.release());
    return directory;
}

dev_t device_of(int fd, const char* name)
{
    struct stat status {};
    check(::fstat(fd, &status), "look at", name);
    return status.st_dev;
}

bool is_dot(std::string_view name)
{
    return name == "." || name == "..";
}

// The top of a subvolume of btrfs, which has a device number of its own, and is on the mount of what it is
// in.
bool is_subvolume(int fd, const char* name)
{
    constexpr ino_t top_number = 256; // BTRFS_FIRST_FREE_OBJECTID
    struct stat status {};
    struct statfs system {};
    check(::fstat(fd, &status), "look at", name);
    check(::fstatfs(fd, &system), "look at", name);
    return status.st_ino == top_number && system.f_type == BTRFS_SUPER_MAGIC;
}

// At once, with all that is in it but other subvolumes. Wants CAP_SYS_ADMIN, or the file system's leave.
bool destroy_subvolume(int parent, const char* name)
{
    btrfs_ioctl_vol_args arguments{};
    std::strncpy(static_cast<char*>(arguments.name), name, sizeof arguments.name - 1);
    return ::ioctl(parent, BTRFS_IOC_SNAP_DESTROY, &arguments) == 0;
}

class Remover {
  public:
    // Empties the tree below TOP.
    explicit Remover(DIR* top, const char* name) : top_{::dirfd(top)}, device_{device_of(top_, name)}
    {
        do {
            has_lifted_ = false;
            empty(top, 0);
        } while (has_lifted_);
    }

  private:
    void empty(DIR* directory, int depth)
    {
        ::rewinddir(directory);
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(directory);
            if (entry == nullptr) {
                check(errno == 0 ? 0 : -1, "list a directory");
                return;
            }
            if (!is_dot(entry->d_name))
                remove(::dirfd(directory), entry->d_name, entry->d_type, depth);
        }
    }

    void remove(int parent, const char* name, unsigned char type, int depth)
    {
        if (type != DT_DIR) {
            if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT)
                return;
            if (errno != EISDIR)
                throw errno_failure(errno, "remove", name);
        }
        // One that is empty needs no look inside.
        if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            return;
        if (errno != ENOTEMPTY && errno != EEXIST)
            throw errno_failure(errno, "remove", name);
        if (depth == descent_limit)
            return lift(parent, name);
        const Directory directory = open_directory(parent, name);
        if (device_of(::dirfd(directory.get()), name) != device_) {
            if (!is_subvolume(::dirfd(directory.get()), name))
                throw errno_failure(EBUSY, "remove the mount point", name);
            if (destroy_subvolume(parent, name))
                return;
            // What is to be lifted in it cannot leave it. Emptied, anybody may remove it (Linux 4.18).
            const Remover inside{directory.get(), name};
        }
        for (int round = 0; round < patience; ++round) {
            empty(directory.get(), depth + 1);
            if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
                return;
            if (errno != ENOTEMPTY && errno != EEXIST)
                break;
        }
        throw errno_failure(errno, "remove", name);
    }

    // To the top of the tree, under a name that is free there.
    void lift(int parent, const char* name)
    {
        for (;;) {
            const std::string lifted = ".lifted-" + std::to_string(lifted_++);
            if (::renameat2(parent, name, top_, lifted.c_str(), RENAME_NOREPLACE) == 0) {
                has_lifted_ = true;
                return;
            }
            if (errno != EEXIST)
                throw errno_failure(errno, "remove", name);
        }
    }

    int top_;
    dev_t device_;
    bool has_lifted_ = false;
    std::uint64_t lifted_ = 0;
};

} // namespace

void remove_tree_at(int parent, const char* name)
{
    if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return;
    if (errno != EISDIR)
        throw errno_failure(errno, "remove", name);
    const Directory top = open_directory(parent, name);
    for (int round = 0; round < patience; ++round) {
        const Remover remover{top.get(), name};
        if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            return;
        if (errno != ENOTEMPTY && errno != EEXIST)
            break;
    }
    throw errno_failure(errno, "remove", name);
}

void remove_tree(const std::filesystem::path& path)
{
    const Fd parent{::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!parent && errno == ENOENT)
        return;
    check(parent.number(), "open", path.parent_path().native());
    remove_tree_at(parent.number(), path.filename().c_str());
}

} // namespace slipway::store
