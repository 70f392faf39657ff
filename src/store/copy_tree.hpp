// SPDX-License-Identifier: LGPL-2.1-or-later
// Copying a tree as it is: owners, modes, times, extended attributes, hard links, holes.
#pragma once

#include "base/fd.hpp"

namespace slipway::store {

// What is in the directory FROM into the directory TO, which is empty, and FROM's own attributes. Follows no
// symbolic link. Sockets are left out. Takes as long as it takes: for a worker. Throws Failure{io_error,
// no_space}; TO is then half.
void copy_tree(const Fd& from, const Fd& to);

} // namespace slipway::store
