// SPDX-License-Identifier: LGPL-2.1-or-later
// Loop devices (loop(4)): a file as a block device, for as long as somebody uses it.
#pragma once

#include "base/fd.hpp"

#include <string>

namespace slipway::kernel {

struct LoopDevice {
    Fd device; // keeps it until it is mounted
    std::string path;
};

enum class LoopAccess { read_write, read_only };

// The device that has FILE already, whoever attached it, since two for one file would destroy what is in it;
// or a new one that frees itself when it is not used any more. Throws Failure.
LoopDevice attach_loop(const std::string& file, LoopAccess access);

} // namespace slipway::kernel
