// SPDX-License-Identifier: LGPL-2.1-or-later
// What an entry says of its owner, mode, attributes and time, set on what was made for it.
#pragma once

#include "base/fd.hpp"
#include "transfer/entry.hpp"

#include <string>
#include <vector>

namespace slipway::transfer {

// All throw Failure naming the entry. In this order: a new owner takes set-id bits and capabilities away, an
// ACL changes the mode.
void set_owner_and_mode(const Fd& file, const Entry& entry);
// Throws Failure{not_supported} where the file system keeps no such attribute.
void set_xattrs(const Fd& file, const std::string& name, const std::vector<Xattr>& xattrs);
// The time of last access stays.
void set_time(const Fd& file, const std::string& name, timespec mtime);

// For BASE in PARENT, which cannot be opened: a symbolic link has no mode.
void set_link_metadata(int parent, const std::string& base, const Entry& entry);
void set_node_metadata(int parent, const std::string& base, const Entry& entry);

} // namespace slipway::transfer
