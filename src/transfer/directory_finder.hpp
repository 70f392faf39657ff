// SPDX-License-Identifier: LGPL-2.1-or-later
// DirectoryFinder: opens directories below a root by their path, following symbolic links only as long as
// they stay in it.
#pragma once

#include "base/fd.hpp"

#include <fcntl.h>
#include <string>

namespace slipway::transfer {

// Of open(2), for a directory that is read or gone on from.
inline constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

enum class Links {
    follow,
    refuse,
};

enum class Finding {
    // By openat2(2) where the kernel has it (5.6), else component by component.
    best,
    // Component by component, as older kernels need it.
    by_component,
};

// Opens PATH (no leading slash, no ".." of its own; empty: ROOT itself) below ROOT for reading. Leaves none
// and errno: ENOENT; ENOTDIR; EXDEV where a link leads out of the root, by ".." or as an absolute path; ELOOP
// for too many links, or any where LINKS refuses them.
// PLAIN, which may be nullptr, becomes the path of what was opened, without the links that were followed.
Fd find_directory(int root, const std::string& path, Links links, Finding finding = Finding::best,
                  std::string* plain = nullptr);

} // namespace slipway::transfer
