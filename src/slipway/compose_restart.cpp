// SPDX-License-Identifier: LGPL-2.1-or-later
// compose restart: group restart by docker's word.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_restart(Context& context, const Arguments& arguments)
{
    return for_project_group(context, arguments, "compose [-f FILE]... [-p NAME] restart",
                             "Stops a group, and starts it.",
                             [](client::Group& group) { return group.restart(); });
}

} // namespace slipway::cli
