// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions to the user on the terminal.
#pragma once

#include <string>

namespace slipway::cli {

enum class Echo { on, off };

// The line that is typed behind PROMPT, which goes to standard error. Ctrl-C and the like end it, with the
// terminal as it was: Failure{cancelled}. Throws UsageError with ADVICE where standard input is no terminal.
std::string ask(const std::string& prompt, Echo echo, const std::string& advice);

} // namespace slipway::cli
