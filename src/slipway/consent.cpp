// SPDX-License-Identifier: LGPL-2.1-or-later
// Consent: asked on the terminal.
#include "slipway/consent.hpp"

#include "arguments/options.hpp"
#include "base/failure.hpp"
#include "slipway/report.hpp"
#include "slipway/terminal.hpp"

#include <iostream>
#include <unistd.h>

namespace slipway::cli {

void ask_consent(const std::string& warning)
{
    if (!is_terminal(STDIN_FILENO))
        throw UsageError{"nobody is there to be asked whether this is meant: say so by --force"};
    complain(warning + " Go on? [y/N] ");
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "y" && answer != "Y" && answer != "yes")
        throw Failure{ErrorCode::cancelled, "nothing was removed"};
}

} // namespace slipway::cli
