// SPDX-License-Identifier: LGPL-2.1-or-later
// Paths below a root that may be hostile: resolved as a process would whose root it is, whatever its symbolic
// links say and whoever changes them meanwhile.
#pragma once

#include "base/fd.hpp"

#include <string>

namespace slipway::kernel {

// openat2(2) with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS; before Linux 5.6 a walk of our own.
// PATH: absolute or relative to ROOT. FLAGS: of open(2); none that creates. Not open, with errno set, where
// there is nothing or it cannot be opened.
Fd find_in_root(const Fd& root, const std::string& path, int flags);

enum class PlaceKind { directory, file };

// The place, by O_PATH; what is missing of it is made: directories with mode 0755, the last part as KIND
// says. A symbolic link that leads nowhere yet is followed below ROOT too. Throws Failure.
Fd make_in_root(const Fd& root, const std::string& path, PlaceKind kind);

// The walk behind both, which each kernel can do. Throws Failure{io_error, access_denied}.
Fd walk_in_root(const Fd& root, const std::string& path);

} // namespace slipway::kernel
