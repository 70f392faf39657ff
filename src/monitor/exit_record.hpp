// SPDX-License-Identifier: LGPL-2.1-or-later
// The exit record: what an engine that was not there reads about a payload's
// end.
#pragma once

#include "monitor/process.hpp"

#include <string>

namespace slipway::monitor {

// The "exited" object of docs/protocols.md; a reader finds all of it or none.
// Throws Failure.
void write_exit_record(const std::string& path, const Ending& ending);

} // namespace slipway::monitor
