// SPDX-License-Identifier: LGPL-2.1-or-later
// group start: members come up, each as soon as what it waits for is there.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_start(Context& context, const Arguments& arguments)
{
    return for_each_group(
        context, arguments, "group start NAME...",
        "Starts groups, one after the other, and prints their names; what is missing of them is made.",
        [](client::Group& group) { return group.start(); });
}

} // namespace slipway::cli
