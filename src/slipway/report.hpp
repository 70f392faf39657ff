// SPDX-License-Identifier: LGPL-2.1-or-later
// Report: a failure in a line for the user, and what to do next.
#pragma once

#include "base/failure.hpp"
#include "client/link.hpp"

#include <string>
#include <string_view>

namespace slipway::cli {

enum class Detail { plain, debug };

// What could be done next; empty where nothing useful can be said.
std::string_view hint_for(ErrorCode code);

// "slipway: MESSAGE\n", maybe with a line "hint: …\n". With Detail::debug the D-Bus name and the place in our
// code. A hint for a user's engine names that.
std::string report_text(const Failure& failure, Detail detail, client::Reach reach = client::Reach::machine);

// Writes to standard error; what cannot be written is lost.
void complain(std::string_view text) noexcept;
void complain(const Failure& failure, Detail detail, client::Reach reach) noexcept;

} // namespace slipway::cli
