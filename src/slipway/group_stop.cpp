// SPDX-License-Identifier: LGPL-2.1-or-later
// group stop: members end, who waits for others before these.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_stop(Context& context, const Arguments& arguments)
{
    return for_each_group(context, arguments, "group stop NAME...",
                          "Stops groups, one after the other, and prints their names.",
                          [](client::Group& group) { return group.stop(); });
}

} // namespace slipway::cli
