// SPDX-License-Identifier: LGPL-2.1-or-later
// Project quotas (quotactl(2), PRJQUOTA): what a directory and all below it may take of a file system.
#pragma once

#include "base/fd.hpp"

#include <cstdint>

namespace slipway::kernel {

// DIRECTORY, empty and open for reading, gets the project and hands it on to what is made in it; BYTES are
// its limit. Throws Failure{not_supported} saying what the file system lacks.
void limit_directory(const Fd& directory, std::uint32_t project, std::uint64_t bytes);
// The directory alone, of a project that has its limit.
void give_project(const Fd& directory, std::uint32_t project);

} // namespace slipway::kernel
