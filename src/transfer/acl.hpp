// SPDX-License-Identifier: LGPL-2.1-or-later
// POSIX ACLs of an archive's entry as the extended attributes that the kernel takes (acl(5)).
#pragma once

#include "transfer/entry.hpp"

#include <vector>

struct archive_entry;

namespace slipway::transfer {

// system.posix_acl_access and system.posix_acl_default, as far as the entry has them. NAME is for messages.
// Throws Failure{unreadable_archive} for one that names a user without a number.
std::vector<Xattr> acl_xattrs(archive_entry* entry, const std::string& name);

// Whether XATTR is one of those two; then ENTRY has its ACL. Throws Failure{io_error} for one that is none.
bool put_acl(archive_entry* entry, const Xattr& xattr, const std::string& name);

} // namespace slipway::transfer
