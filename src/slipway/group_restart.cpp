// SPDX-License-Identifier: LGPL-2.1-or-later
// group restart: a stop and a start.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_restart(Context& context, const Arguments& arguments)
{
    return for_each_group(context, arguments, "group restart NAME...",
                          "Stops groups, starts them, and prints their names.",
                          [](client::Group& group) { return group.restart(); });
}

} // namespace slipway::cli
