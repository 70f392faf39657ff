// SPDX-License-Identifier: LGPL-2.1-or-later
// Copying one entry.
#include "store/copy_entry.hpp"

#include "base/failure.hpp"
#include "store/xattrs.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

namespace slipway::store {

namespace {

constexpr mode_t permission_bits = 07777;

void copy_range(const Fd& source, const Fd& target, const std::string& path, off_t at, off_t end)
{
    thread_local std::vector<char> buffer(1U << 17U);
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

// Only what is no hole.
void copy_content(const Fd& source, const Fd& target, const std::string& path, off_t size)
{
    check(::ftruncate(target.number(), size), "set the size of", path);
    for (off_t at = 0; at < size;) {
        off_t begin = ::lseek(source.number(), at, SEEK_DATA);
        if (begin < 0 && errno == ENXIO)
            break;
        if (begin < 0)
            begin = at;
        off_t end = ::lseek(source.number(), begin, SEEK_HOLE);
        if (end <= begin)
            end = size;
        copy_range(source, target, path, begin, end);
        at = end;
    }
}

void copy_file(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
               const struct stat& status, Sharing sharing)
{
    const Fd source{check(
        ::openat(from.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), "open", path)};
    const Fd target{check(::openat(to.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600),
                          "make", path)};
    if (status.st_size == 0)
        return;
    if (sharing == Sharing::where_possible && ::ioctl(target.number(), FICLONE, source.number()) == 0)
        return;
    copy_content(source, target, path, status.st_size);
}

void copy_link(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
               const struct stat& status)
{
    std::string target(static_cast<std::size_t>(status.st_size) + 1, '\0');
    const ssize_t length =
        check(::readlinkat(from.number(), name.c_str(), target.data(), target.size()), "read", path);
    target.resize(static_cast<std::size_t>(length));
    check(::symlinkat(target.c_str(), to.number(), name.c_str()), "make", path);
}

} // namespace

void copy_entry(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
                const struct stat& status, Sharing sharing, const IdShift& shift)
{
    if (S_ISREG(status.st_mode))
        copy_file(from, to, name, path, status, sharing);
    else if (S_ISLNK(status.st_mode))
        copy_link(from, to, name, path, status);
    else
        check(
            ::mknodat(to.number(), name.c_str(), status.st_mode & (S_IFMT | permission_bits), status.st_rdev),
            "make", path);
    check(::fchownat(to.number(), name.c_str(), shift.shifted(status.st_uid), shift.shifted(status.st_gid),
                     AT_SYMLINK_NOFOLLOW),
          "set the owner of", path);
    // After the owner, whose change takes security.capability away.
    for (const auto& [attribute, value] : xattrs_of(from, name))
        set_xattr(to, name, attribute, shift.shifted(attribute, value));
    if (!S_ISLNK(status.st_mode))
        check(::fchmodat(to.number(), name.c_str(), status.st_mode & permission_bits, 0), "set the mode of",
              path);
    const std::array times{status.st_atim, status.st_mtim};
    check(::utimensat(to.number(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), "set the times of",
          path);
}

void copy_directory_attributes(const Fd& from, const Fd& to, const std::string& path, const IdShift& shift)
{
    struct stat status {};
    check(::fstat(from.number(), &status), "look at", path);
    check(::fchown(to.number(), shift.shifted(status.st_uid), shift.shifted(status.st_gid)),
          "set the owner of", path);
    for (const auto& [attribute, value] : xattrs_of(from, "."))
        set_xattr(to, ".", attribute, shift.shifted(attribute, value));
    check(::fchmod(to.number(), status.st_mode & permission_bits), "set the mode of", path);
    const std::array times{status.st_atim, status.st_mtim};
    check(::futimens(to.number(), times.data()), "set the times of", path);
}

} // namespace slipway::store
