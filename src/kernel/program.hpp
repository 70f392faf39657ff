// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs that are executed where somebody might want to overwrite them.
#pragma once

#include "base/fd.hpp"

#include <string>

namespace slipway::kernel {

// PATH, to be executed by descriptor (execveat(2)), such that nobody can write to it through the
// /proc/PID/exe of the process that it becomes: by way of a read-only mount that is nowhere, or before
// Linux 5.12 as a sealed copy in memory. Throws Failure.
Fd read_only_program(const std::string& path);

} // namespace slipway::kernel
