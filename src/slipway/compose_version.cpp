// SPDX-License-Identifier: LGPL-2.1-or-later
// compose version: version, by docker's words.
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"
#include "slipway_config.hpp"

namespace slipway::cli {

int compose_version(Context& /*context*/, const Arguments& arguments)
{
    bool is_short = false;
    Options options{"compose version [--short]", "Prints the version of this program."};
    options.flag("--short", is_short, "Only the number");
    options.parse(arguments);

    print_line(is_short ? SLIPWAY_VERSION : "slipway compose " SLIPWAY_VERSION);
    return 0;
}

} // namespace slipway::cli
