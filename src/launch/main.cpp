// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-launch: builds the sandbox that descriptor 3 asks for, in a conversation on 4, and becomes the
// payload. With --wait the first packet of the conversation brings descriptors 0 to 3.
#include "base/failure.hpp"
#include "base/packet.hpp"
#include "sandbox/launch.hpp"
#include "sandbox/request.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace slipway;

// Whether there is anything to launch.
bool await_descriptors()
{
    check(::prctl(PR_SET_NAME, "slipway-spare"), "set the name");
    std::optional<Packet> packet = receive_packet(sandbox::conversation_number);
    if (!packet)
        return false;
    int number = 0;
    // What is the payload's alone goes out of the way first: its places may be others' now.
    std::vector<Fd> kept;
    constexpr int beyond_all = 64;
    for (Fd& descriptor : packet->descriptors) {
        if (number <= sandbox::request_number)
            check(::dup2(descriptor.number(), number++), "take a descriptor");
        else
            kept.emplace_back(
                check(::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, beyond_all), "keep a descriptor"));
        descriptor.reset();
    }
    number = sandbox::first_preserved_number;
    for (const Fd& descriptor : kept)
        check(::dup2(descriptor.number(), number++), "take a descriptor");
    check(::prctl(PR_SET_NAME, "slipway-launch"), "set the name");
    return true;
}

} // namespace

int main(int argc, char**)
{
    try {
        if (argc > 1 && !await_descriptors())
            return 1;
        return sandbox::launch(Fd{sandbox::request_number}, Fd{sandbox::conversation_number});
    } catch (...) {
        return 1;
    }
}
