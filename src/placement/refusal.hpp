// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusal: what a service of the host says no with, to a call that may be in vain: not every host has it.
#pragma once

#include "async/task.hpp"
#include "bus/connection.hpp"

#include <optional>
#include <string>

namespace slipway::placement {

struct Refusal {
    std::string name; // of the error, on D-Bus
    std::string message;

    // Nobody has the bus name that was called.
    bool is_absence() const;
};

// Nothing where CALL was answered. Throws Failure for a broken conversation, as bus::Connection::call does.
async::Task<std::optional<Refusal>> try_call(const bus::Connection& system, bus::Message call);

} // namespace slipway::placement
