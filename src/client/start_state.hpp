// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether systemd gets the engine started, asked when it does not answer.
#pragma once

#include "client/link.hpp"

#include <cstdint>
#include <string>

namespace slipway::client {

struct StartState {
    std::string active;         // ActiveState of slipwayd.service; empty where systemd does not say
    std::string result;         // "exit-code", "signal", …
    std::int32_t status = 0;    // of the process that ended last
    std::uint32_t restarts = 0; // by Restart=, since somebody asked for a start
};

// Does not throw: what is not known stays empty.
async::Task<StartState> start_state(async::EventLoop& loop, Reach reach);

} // namespace slipway::client
