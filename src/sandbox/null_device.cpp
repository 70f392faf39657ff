// SPDX-License-Identifier: LGPL-2.1-or-later
// take_own_null_device.
#include "sandbox/null_device.hpp"

#include "base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace slipway::sandbox {

namespace {

bool is_null_device(int descriptor)
{
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

} // namespace

void take_own_null_device()
{
    Fd own;
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (!is_null_device(stream))
            continue;
        // What the image has there may be a FIFO, or a link.
        if (!own)
            own = Fd{::open("/dev/null", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)};
        if (!own || !is_null_device(own.number()))
            return;
        ::dup2(own.number(), stream);
    }
}

} // namespace slipway::sandbox
