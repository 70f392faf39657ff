// SPDX-License-Identifier: LGPL-2.1-or-later
// Copying a tree: a walk by descriptors. Content is shared where the file system can (FICLONE).
#include "store/copy_tree.hpp"

#include "base/failure.hpp"

#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <map>
#include <memory>
#include <string>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace slipway::store {

namespace {

// Deeper than any path that can be named (PATH_MAX), shallower than the stack.
constexpr int deepest = 2100;

// A first copy that later names of the file are linked to.
struct Seen {
    std::string path; // below the top of the copy
};

std::string proc_path(const Fd& fd)
{
    return "/proc/self/fd/" + std::to_string(fd.number());
}

// By the descriptor's path, since O_PATH has no fsetxattr(2); NAME may be that of a symbolic link.
void copy_xattrs(const std::string& from, const std::string& to)
{
    std::vector<char> names(1U << 16U);
    const ssize_t length = ::llistxattr(from.c_str(), names.data(), names.size());
    if (length < 0 && errno == ENOTSUP)
        return;
    check(length, "list the attributes of", from);
    std::vector<char> value(1U << 16U);
    for (ssize_t at = 0; at < length;) {
        const std::string name{names.data() + at};
        at += static_cast<ssize_t>(name.size()) + 1;
        // overlayfs's own, and what the host's policy gives by itself.
        if (name.starts_with("trusted.overlay.") || name == "security.selinux")
            continue;
        const ssize_t size = check(::lgetxattr(from.c_str(), name.c_str(), value.data(), value.size()),
                                   "read the attribute " + name + " of", from);
        check(::lsetxattr(to.c_str(), name.c_str(), value.data(), static_cast<std::size_t>(size), 0),
              "set the attribute", name);
    }
}

class Copy {
  public:
    explicit Copy(const Fd& top) : top_{&top} {}

    void directory(const Fd& from, const Fd& to, const std::string& path, int depth)
    {
        if (depth > deepest)
            throw errno_failure(ELOOP, "copy", path);
        Fd listed{check(::openat(from.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path)};
        const std::unique_ptr<DIR, int (*)(DIR*)> list{::fdopendir(listed.number()), ::closedir};
        if (!list)
            throw errno_failure(errno, "list", path);
        static_cast<void>(listed.release()); // the list's now
        while (const dirent* entry = ::readdir(list.get())) {
            const std::string name{static_cast<const char*>(entry->d_name)};
            if (name == "." || name == "..")
                continue;
            std::string below = path;
            below.append(path.empty() ? "" : "/").append(name);
            one(from, to, name, below, depth);
        }
        struct stat status {};
        check(::fstat(from.number(), &status), "look at", path);
        check(::fchown(to.number(), status.st_uid, status.st_gid), "set the owner of", path);
        copy_xattrs(proc_path(from) + "/.", proc_path(to) + "/.");
        check(::fchmod(to.number(), status.st_mode & 07777), "set the mode of", path);
        const std::array times{status.st_atim, status.st_mtim};
        check(::futimens(to.number(), times.data()), "set the times of", path);
    }

  private:
    void one(const Fd& from, const Fd& to, const std::string& name, const std::string& path, int depth)
    {
        struct stat status {};
        check(::fstatat(from.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "look at", path);
        if (S_ISDIR(status.st_mode)) {
            constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
            const Fd source{check(::openat(from.number(), name.c_str(), flags), "open", path)};
            check(::mkdirat(to.number(), name.c_str(), 0700), "make", path);
            const Fd target{check(::openat(to.number(), name.c_str(), flags), "open", path)};
            directory(source, target, path, depth + 1);
            return;
        }
        if (S_ISSOCK(status.st_mode))
            return; // nobody listens at a copy
        const std::pair key{status.st_dev, status.st_ino};
        if (const auto seen = seen_.find(key); status.st_nlink > 1 && seen != seen_.end()) {
            check(::linkat(top_->number(), seen->second.path.c_str(), to.number(), name.c_str(), 0), "link",
                  path);
            return;
        }
        if (S_ISREG(status.st_mode))
            file(from, to, name, path, status);
        else if (S_ISLNK(status.st_mode))
            link(from, to, name, path, status);
        else
            check(::mknodat(to.number(), name.c_str(), status.st_mode & (S_IFMT | 07777U), status.st_rdev),
                  "make", path);
        finish(from, to, name, path, status);
        if (status.st_nlink > 1)
            seen_[key] = {path};
    }

    static void finish(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
                       const struct stat& status)
    {
        check(::fchownat(to.number(), name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW),
              "set the owner of", path);
        // After the owner, whose change takes security.capability away.
        copy_xattrs(proc_path(from) + "/" + name, proc_path(to) + "/" + name);
        if (!S_ISLNK(status.st_mode))
            check(::fchmodat(to.number(), name.c_str(), status.st_mode & 07777, 0), "set the mode of", path);
        const std::array times{status.st_atim, status.st_mtim};
        check(::utimensat(to.number(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), "set the times of",
              path);
    }

    static void link(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
                     const struct stat& status)
    {
        std::string target(static_cast<std::size_t>(status.st_size) + 1, '\0');
        const ssize_t length =
            check(::readlinkat(from.number(), name.c_str(), target.data(), target.size()), "read", path);
        target.resize(static_cast<std::size_t>(length));
        check(::symlinkat(target.c_str(), to.number(), name.c_str()), "make", path);
    }

    static void file(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
                     const struct stat& status)
    {
        const Fd source{
            check(::openat(from.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC),
                  "open", path)};
        const Fd target{
            check(::openat(to.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "make",
                  path)};
        if (::ioctl(target.number(), FICLONE, source.number()) == 0)
            return;
        check(::ftruncate(target.number(), status.st_size), "set the size of", path);
        // Only what is no hole.
        for (off_t at = 0; at < status.st_size;) {
            off_t begin = ::lseek(source.number(), at, SEEK_DATA);
            if (begin < 0 && errno == ENXIO)
                break;
            if (begin < 0)
                begin = at;
            off_t end = ::lseek(source.number(), begin, SEEK_HOLE);
            if (end <= begin)
                end = status.st_size;
            range(source, target, path, begin, end);
            at = end;
        }
    }

    static void range(const Fd& source, const Fd& target, const std::string& path, off_t at, off_t end)
    {
        std::vector<char> buffer(1U << 17U);
        while (at < end) {
            const auto wanted = std::min(buffer.size(), static_cast<std::size_t>(end - at));
            const ssize_t count = check(::pread(source.number(), buffer.data(), wanted, at), "read", path);
            if (count == 0)
                return;
            for (ssize_t done = 0; done < count;)
                done += check(::pwrite(target.number(), buffer.data() + done,
                                       static_cast<std::size_t>(count - done), at + done),
                              "write", path);
            at += count;
        }
    }

    const Fd* top_;
    std::map<std::pair<dev_t, ino_t>, Seen> seen_;
};

} // namespace

void copy_tree(const Fd& from, const Fd& to)
{
    Copy{to}.directory(from, to, {}, 0);
}

} // namespace slipway::store
