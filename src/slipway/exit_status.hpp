// SPDX-License-Identifier: LGPL-2.1-or-later
// Exit statuses: what the program ends with when something failed (slipway(1), "EXIT STATUS").
#pragma once

#include "base/error_code.hpp"

namespace slipway::cli {

// Whose status the verb's own is.
enum class Manner {
    // The verb's: the table of base/error_code.hpp.
    plain,
    // The payload's (run, exec, wait): our own failures must not look like it, so they are 125.
    payload,
};

inline constexpr int usage_status = 2;
inline constexpr int payload_failure_status = 125;

constexpr int exit_status(ErrorCode code, Manner manner)
{
    const int status = row_of(code).exit_status;
    if (manner == Manner::plain || status == 126 || status == 127)
        return status;
    return payload_failure_status;
}

constexpr int usage_exit_status(Manner manner)
{
    return manner == Manner::plain ? usage_status : payload_failure_status;
}

} // namespace slipway::cli
