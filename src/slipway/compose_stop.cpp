// SPDX-License-Identifier: LGPL-2.1-or-later
// compose stop: group stop by docker's word.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_stop(Context& context, const Arguments& arguments)
{
    return for_project_group(context, arguments, "compose [-f FILE]... [-p NAME] stop",
                             "Stops a group, members in their order.",
                             [](client::Group& group) { return group.stop(); });
}

} // namespace slipway::cli
