// SPDX-License-Identifier: LGPL-2.1-or-later
// Failures to the log file that the caller asked for, as other OCI runtimes write them.
#pragma once

#include "oci-runtime/command_line.hpp"

#include <string>

namespace slipway::oci_runtime {

// To the log, if there is one, and to standard error. Never throws.
void complain(const Context& context, const std::string& message) noexcept;

} // namespace slipway::oci_runtime
