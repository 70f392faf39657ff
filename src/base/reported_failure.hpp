// SPDX-License-Identifier: LGPL-2.1-or-later
// A failure as our programs report it: {"name": "access-denied", "message": "…"}.
#pragma once

#include "base/failure.hpp"
#include "base/json.hpp"

namespace slipway {

// Code FALLBACK for a name we do not know. Throws Json::exception for what is no report.
Failure reported_failure(const Json& error, ErrorCode fallback);

} // namespace slipway
