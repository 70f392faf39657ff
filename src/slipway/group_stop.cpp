// SPDX-License-Identifier: LGPL-2.1-or-later
// group stop: members end, who waits for others before these.
#include "slipway/group_verbs.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_stop(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"group stop NAME...", "Stops groups, one after the other, and prints their names."};
    options.operands("NAME", names, "Groups");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        run_group_job(context, name, [](client::Group& group) { return group.stop(); });
        print_line(name);
    });
}

} // namespace slipway::cli
