// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusal: what the kernel's network said no to, and the Failure that it is to us.
#pragma once

#include "base/failure.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace slipway::netlink {

struct Refusal {
    std::size_t message = 0; // which of those that were sent, from 0
    int error = 0;           // errno
    std::string text;        // the kernel's own reason (NETLINK_EXT_ACK); often empty
};

// EEXIST becomes name_taken, ENODEV no_such_device, EOPNOTSUPP not_supported, all else what errno_failure()
// says. The text: "DEED: the kernel's reason (No such device)".
Failure failure_of(const Refusal& refusal, std::string_view deed);

} // namespace slipway::netlink
