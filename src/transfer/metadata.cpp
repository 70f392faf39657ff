// SPDX-License-Identifier: LGPL-2.1-or-later
// Owner, mode, attributes and time: by descriptor where there is one.
#include "transfer/metadata.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace slipway::transfer {

namespace {

std::array<timespec, 2> times(timespec mtime)
{
    timespec unchanged{};
    unchanged.tv_nsec = UTIME_OMIT;
    return {unchanged, mtime};
}

} // namespace

void set_owner_and_mode(const Fd& file, const Entry& entry)
{
    check(::fchown(file.number(), entry.uid, entry.gid), "set the owner of", quoted(entry.name));
    check(::fchmod(file.number(), entry.mode), "set the mode of", quoted(entry.name));
}

void set_xattrs(const Fd& file, const std::string& name, const std::vector<Xattr>& xattrs)
{
    for (const Xattr& xattr : xattrs) {
        if (::fsetxattr(file.number(), xattr.name.c_str(), xattr.value.data(), xattr.value.size(), 0) == 0)
            continue;
        if (errno == EOPNOTSUPP)
            throw Failure{ErrorCode::not_supported, "entry " + quoted(name) + " has the attribute " +
                                                        quoted(xattr.name) +
                                                        ", which the store's file system cannot keep: use another one"};
        throw errno_failure(errno, "set the attribute " + quoted(xattr.name) + " of", quoted(name));
    }
}

void set_time(const Fd& file, const std::string& name, timespec mtime)
{
    check(::futimens(file.number(), times(mtime).data()), "set the time of", quoted(name));
}

void set_link_metadata(int parent, const std::string& base, const Entry& entry)
{
    check(::fchownat(parent, base.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW), "set the owner of",
          quoted(entry.name));
    check(::utimensat(parent, base.c_str(), times(entry.mtime).data(), AT_SYMLINK_NOFOLLOW), "set the time of",
          quoted(entry.name));
}

void set_node_metadata(int parent, const std::string& base, const Entry& entry)
{
    check(::fchownat(parent, base.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW), "set the owner of",
          quoted(entry.name));
    // It was made a moment ago in a tree that nobody else knows: it is no link.
    check(::fchmodat(parent, base.c_str(), entry.mode, 0), "set the mode of", quoted(entry.name));
    check(::utimensat(parent, base.c_str(), times(entry.mtime).data(), AT_SYMLINK_NOFOLLOW), "set the time of",
          quoted(entry.name));
}

} // namespace slipway::transfer
