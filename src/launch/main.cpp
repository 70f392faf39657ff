// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-launch: builds the sandbox that descriptor 3 asks for, in a conversation on 4, and becomes the
// payload.
#include "sandbox/launch.hpp"
#include "sandbox/request.hpp"

int main()
{
    using namespace slipway;
    try {
        return sandbox::launch(Fd{sandbox::request_number}, Fd{sandbox::conversation_number});
    } catch (...) {
        return 1;
    }
}
