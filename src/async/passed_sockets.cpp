// SPDX-License-Identifier: LGPL-2.1-or-later
// Passed sockets: by number, with what the environment says of them.
#include "async/passed_sockets.hpp"

#include "base/failure.hpp"

#include <systemd/sd-daemon.h>

#include <cstdlib>

namespace slipway::async {

PassedSockets take_passed_sockets()
{
    char** names = nullptr;
    const int count = check_negative(::sd_listen_fds_with_names(1, &names), "take sockets from systemd");
    PassedSockets passed;
    for (int number = 0; number < count; ++number) {
        passed.sockets.emplace_back(SD_LISTEN_FDS_START + number);
        passed.names.emplace_back(names[number]);
        std::free(names[number]); // NOLINT: sd-daemon's interface
    }
    std::free(names); // NOLINT: the same
    if (passed.sockets.empty())
        throw Failure{ErrorCode::invalid_argument,
                      "systemd has handed over no socket: start the .socket unit"};
    return passed;
}

} // namespace slipway::async
