// SPDX-License-Identifier: LGPL-2.1-or-later
// compose start: group start by docker's word.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_start(Context& context, const Arguments& arguments)
{
    return for_project_group(context, arguments, "compose [-f FILE]... [-p NAME] start",
                             "Starts a group, members in their order.",
                             [](client::Group& group) { return group.start(); });
}

} // namespace slipway::cli
