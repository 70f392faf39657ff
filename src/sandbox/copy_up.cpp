// SPDX-License-Identifier: LGPL-2.1-or-later
// tmpcopyup: a walk by descriptors.
#include "sandbox/copy_up.hpp"

#include "base/failure.hpp"

#include <array>
#include <dirent.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <memory>
#include <string>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

namespace slipway::sandbox {

namespace {

constexpr int deepest = 128;

void copy_attributes(const Fd& from, const Fd& to)
{
    std::array<char, 4096> names{};
    const ssize_t length = ::flistxattr(from.number(), names.data(), names.size());
    for (ssize_t at = 0; at < length;) {
        const char* const name = names.data() + at;
        at += static_cast<ssize_t>(std::char_traits<char>::length(name)) + 1;
        std::array<char, 4096> value{};
        const ssize_t size = ::fgetxattr(from.number(), name, value.data(), value.size());
        if (size >= 0)
            static_cast<void>(
                ::fsetxattr(to.number(), name, value.data(), static_cast<std::size_t>(size), 0));
    }
}

void copy_status(const Fd& from, const Fd& to, const struct stat& status)
{
    check(::fchown(to.number(), status.st_uid, status.st_gid), "tmpcopyup: set an owner");
    check(::fchmod(to.number(), status.st_mode & 07777), "tmpcopyup: set a mode");
    copy_attributes(from, to);
    const std::array times{status.st_atim, status.st_mtim};
    check(::futimens(to.number(), times.data()), "tmpcopyup: set the times");
}

void copy_file(const Fd& from, const Fd& to, const char* name, const struct stat& status)
{
    const Fd source{check(::openat(from.number(), name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK),
                          "tmpcopyup: open", name)};
    const Fd target{check(::openat(to.number(), name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600),
                          "tmpcopyup: make", name)};
    for (;;) {
        const ssize_t count = ::sendfile(target.number(), source.number(), nullptr, 1U << 20U);
        if (check(count, "tmpcopyup: copy", name) == 0)
            break;
    }
    copy_status(source, target, status);
}

void copy_link(const Fd& from, const Fd& to, const char* name, const struct stat& status)
{
    std::string target(PATH_MAX, '\0');
    const ssize_t length =
        check(::readlinkat(from.number(), name, target.data(), target.size() - 1), "tmpcopyup: read", name);
    target.resize(static_cast<std::size_t>(length));
    check(::symlinkat(target.c_str(), to.number(), name), "tmpcopyup: make", name);
    check(::fchownat(to.number(), name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW),
          "tmpcopyup: set an owner");
}

void copy_tree(const Fd& from, const Fd& to, int depth);

void copy_directory(const Fd& from, const Fd& to, const char* name, int depth)
{
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const Fd source{check(::openat(from.number(), name, flags), "tmpcopyup: open", name)};
    check(::mkdirat(to.number(), name, 0700), "tmpcopyup: make", name);
    const Fd target{check(::openat(to.number(), name, flags), "tmpcopyup: open", name)};
    copy_tree(source, target, depth);
}

void copy_tree(const Fd& from, const Fd& to, int depth)
{
    if (depth > deepest)
        throw errno_failure(ELOOP, "tmpcopyup");
    Fd listed{check(::openat(from.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "tmpcopyup: open")};
    const std::unique_ptr<DIR, int (*)(DIR*)> list{::fdopendir(listed.number()), ::closedir};
    if (!list)
        throw errno_failure(errno, "tmpcopyup: list");
    static_cast<void>(listed.release()); // the list's now
    while (const dirent* entry = ::readdir(list.get())) {
        const std::string name{static_cast<const char*>(entry->d_name)};
        if (name == "." || name == "..")
            continue;
        struct stat status {};
        check(::fstatat(from.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "tmpcopyup: look at",
              name);
        if (S_ISREG(status.st_mode))
            copy_file(from, to, name.c_str(), status);
        else if (S_ISLNK(status.st_mode))
            copy_link(from, to, name.c_str(), status);
        else if (S_ISDIR(status.st_mode))
            copy_directory(from, to, name.c_str(), depth + 1);
    }
    struct stat status {};
    check(::fstat(from.number(), &status), "tmpcopyup: look at");
    copy_status(from, to, status);
}

} // namespace

void copy_up(const Fd& from, const Fd& to)
{
    // A mount's descriptor is a mere place.
    const Fd target{check(::openat(to.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "tmpcopyup: open")};
    copy_tree(from, target, 0);
}

} // namespace slipway::sandbox
