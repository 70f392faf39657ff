// SPDX-License-Identifier: LGPL-2.1-or-later
// group restart: a stop and a start.
#include "slipway/group_verbs.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_restart(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"group restart NAME...", "Stops groups, starts them, and prints their names."};
    options.operands("NAME", names, "Groups");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        run_group_job(context, name, [](client::Group& group) { return group.restart(); });
        print_line(name);
    });
}

} // namespace slipway::cli
