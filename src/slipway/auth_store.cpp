// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of credentials: read, edited and replaced under a lock on their directory.
#include "slipway/auth_store.hpp"

#include "base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

void make_directories(const std::filesystem::path& directory)
{
    if (directory.empty() || ::access(directory.c_str(), F_OK) == 0)
        return;
    make_directories(directory.parent_path());
    // Another login may have been here meanwhile.
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        throw errno_failure(errno, "make", directory.native());
}

// A link leads to what is to be changed.
std::filesystem::path real_path(const std::filesystem::path& file)
{
    std::error_code error;
    std::filesystem::path real = std::filesystem::canonical(file, error);
    return error ? std::filesystem::absolute(file) : real;
}

// The file is its owner's, whoever writes it.
void keep_owner(const Fd& file, const std::filesystem::path& like)
{
    struct stat status {};
    if (::geteuid() == 0 && ::stat(like.c_str(), &status) == 0)
        check(::fchown(file.number(), status.st_uid, status.st_gid), "give to its owner", like.native());
}

} // namespace

bool change_auth_file(const std::filesystem::path& file, const AuthEdit& edit)
{
    const std::filesystem::path path = real_path(file);
    if (!std::filesystem::exists(path) && !edit({}).value().has_changed)
        return false;
    make_directories(path.parent_path());
    const Fd directory{check(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open",
                             path.parent_path().native())};
    while (::flock(directory.number(), LOCK_EX) != 0)
        if (errno != EINTR)
            throw errno_failure(errno, "lock", path.parent_path().native());
    const oci::AuthChange change = edit(find_file(path, auth_file_limit).value_or(std::string{})).value();
    if (!change.has_changed)
        return false;
    // What somebody left there may be open to others.
    const std::filesystem::path beside = path.native() + ".new";
    if (::unlink(beside.c_str()) != 0 && errno != ENOENT)
        throw errno_failure(errno, "remove", beside.native());
    const Fd written{check(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600),
                           "create", beside.native())};
    write_all(written.number(), change.json, beside.native());
    keep_owner(written, path);
    check(::fsync(written.number()), "sync", beside.native());
    check(::rename(beside.c_str(), path.c_str()), "rename to", path.native());
    check(::fsync(directory.number()), "sync", path.parent_path().native());
    return true;
}

} // namespace slipway::cli
