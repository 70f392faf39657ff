// SPDX-License-Identifier: LGPL-2.1-or-later
// Owner, mode, attributes and time: by descriptor where there is one.
#include "transfer/metadata.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::transfer {

namespace {

std::array<timespec, 2> times(timespec mtime)
{
    timespec unchanged{};
    unchanged.tv_nsec = UTIME_OMIT;
    return {unchanged, mtime};
}

// An ID that the user namespace has not got is no ID to the kernel (chown(2), EINVAL).
void check_owner(int result, const Entry& entry)
{
    if (result < 0 && errno == EINVAL)
        throw Failure{ErrorCode::not_supported,
                      "entry " + in_quotes(entry.name) + " belongs to user " + std::to_string(entry.uid) +
                          " and group " + std::to_string(entry.gid) +
                          ", which you have no subordinate IDs for (see /etc/subuid and /etc/subgid)"};
    check_entry(result, "set the owner of", entry.name);
}

} // namespace

void set_owner_and_mode(const Fd& file, const Entry& entry)
{
    check_owner(::fchown(file.number(), entry.uid, entry.gid), entry);
    check_entry(::fchmod(file.number(), entry.mode), "set the mode of", entry.name);
}

void set_xattrs(const Fd& file, const std::string& name, const std::vector<Xattr>& xattrs)
{
    for (const Xattr& xattr : xattrs) {
        if (::fsetxattr(file.number(), xattr.name.c_str(), xattr.value.data(), xattr.value.size(), 0) == 0)
            continue;
        if (errno == EOPNOTSUPP)
            throw Failure{ErrorCode::not_supported,
                          "entry " + in_quotes(name) + " has the attribute " + in_quotes(xattr.name) +
                              ", which the file system there cannot keep: use another one"};
        throw errno_failure(errno, "set the attribute " + in_quotes(xattr.name) + " of", in_quotes(name));
    }
}

void set_time(const Fd& file, const std::string& name, timespec mtime)
{
    check_entry(::futimens(file.number(), times(mtime).data()), "set the time of", name);
}

void set_link_metadata(int parent, const std::string& base, const Entry& entry)
{
    check_owner(::fchownat(parent, base.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW), entry);
    check_entry(::utimensat(parent, base.c_str(), times(entry.mtime).data(), AT_SYMLINK_NOFOLLOW),
                "set the time of", in_quotes(entry.name));
}

void set_node_metadata(int parent, const std::string& base, const Entry& entry)
{
    check_owner(::fchownat(parent, base.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW), entry);
    // It was made a moment ago in a tree that nobody else knows: it is no link.
    check_entry(::fchmodat(parent, base.c_str(), entry.mode, 0), "set the mode of", entry.name);
    check(::utimensat(parent, base.c_str(), times(entry.mtime).data(), AT_SYMLINK_NOFOLLOW),
          "set the time of", in_quotes(entry.name));
}

} // namespace slipway::transfer
