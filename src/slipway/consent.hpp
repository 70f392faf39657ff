// SPDX-License-Identifier: LGPL-2.1-or-later
// Consent: a person is asked before much is removed.
#pragma once

#include <string>

namespace slipway::cli {

// Shows WARNING and waits for "y" on the terminal. Throws Failure{cancelled} for any other answer, UsageError
// naming --force where nobody can be asked.
void ask_consent(const std::string& warning);

} // namespace slipway::cli
