// SPDX-License-Identifier: LGPL-2.1-or-later
// Extended attributes of an entry, without those that overlayfs keeps for itself and those that the host's
// policy gives by itself.
#pragma once

#include "base/fd.hpp"

#include <map>
#include <string>

namespace slipway::store {

using Xattrs = std::map<std::string, std::string>;

// NAME of DIRECTORY, which may be a symbolic link; "." is DIRECTORY itself. None where the file system has
// none. Throws Failure{io_error}.
Xattrs xattrs_of(const Fd& directory, const std::string& name);
void set_xattr(const Fd& directory, const std::string& name, const std::string& attribute,
               const std::string& value);

// Whether overlayfs marked DIRECTORY as hiding what is below it.
bool is_opaque(const Fd& directory);

} // namespace slipway::store
