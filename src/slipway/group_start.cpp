// SPDX-License-Identifier: LGPL-2.1-or-later
// group start: members come up, each as soon as what it waits for is there.
#include "slipway/group_verbs.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_start(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{
        "group start NAME...",
        "Starts groups, one after the other, and prints their names; what is missing of them is made."};
    options.operands("NAME", names, "Groups");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        run_group_job(context, name, [](client::Group& group) { return group.start(); });
        print_line(name);
    });
}

} // namespace slipway::cli
