// SPDX-License-Identifier: LGPL-2.1-or-later
// Entry: one entry of an archive as a checked plain struct.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::transfer {

enum class EntryKind {
    file,
    directory,
    symbolic_link,
    hard_link,
    fifo,
    character_device,
    block_device,
};

struct Xattr {
    std::string name;
    std::string value;
};

struct Entry {
    EntryKind kind = EntryKind::file;
    std::string name;   // relative, no "." nor ".." nor empty component; empty: the root itself
    std::string target; // of a symbolic link verbatim; of a hard link as name is
    mode_t mode = 0;    // the lower 12 bits
    uid_t uid = 0;
    gid_t gid = 0;
    timespec mtime{};
    std::uint64_t size = 0;
    unsigned major = 0;
    unsigned minor = 0;
    std::vector<Xattr> xattrs; // ACLs too, as system.posix_acl_access and system.posix_acl_default
};

inline bool is_device(const Entry& entry)
{
    return entry.kind == EntryKind::character_device || entry.kind == EntryKind::block_device;
}

} // namespace slipway::transfer
