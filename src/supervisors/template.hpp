// SPDX-License-Identifier: LGPL-2.1-or-later
// Templates: texts with words like @NAME@ in them, and the words that every supervisor's files share.
#pragma once

#include "supervisors/service.hpp"

#include <map>
#include <string>
#include <string_view>

namespace slipway::supervisors {

using Words = std::map<std::string, std::string, std::less<>>;

// TEMPLATE with its words filled in; what is no word of WORDS stays. A line that becomes empty by that goes.
std::string fill(std::string_view text, const Words& words);

// @NAME@, @UNIT@ (the name of a service among all others of the host), @TITLE@, @PROGRAM@, @PATIENCE@
// (seconds), @LOGS@ (a directory), @ENGINE@ (the engine's service; empty for its own).
Words common_words(const Service& service);

// How it is run, OPTIONS being those of `slipway supervise`.
std::string command_of(const Service& service, const std::string& options);

// "slipway-web"; the engine's is "slipwayd".
std::string unit_of(const Service& service);
std::string unit_of(const Need& need);

} // namespace slipway::supervisors
