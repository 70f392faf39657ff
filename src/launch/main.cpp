// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-launch: builds the sandbox that descriptor 3 asks for, in a conversation on 4, and becomes the
// payload.
#include "sandbox/launch.hpp"

#include <cstdio>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

int main()
{
    constexpr int request = 3;
    constexpr int conversation = 4;
    ::syscall(SYS_close_range, conversation + 1U, ~0U, 0U);
    try {
        return slipway::sandbox::launch(slipway::Fd{request}, slipway::Fd{conversation});
    } catch (...) {
        return 1;
    }
}
