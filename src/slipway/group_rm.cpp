// SPDX-License-Identifier: LGPL-2.1-or-later
// group rm: groups go away with their containers and networks.
#include "slipway/group_verbs.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    bool has_volumes = false;
    Options options{"group rm [-v] NAME...",
                    "Stops groups and removes them with their containers and networks; prints their names."};
    options.flag("-v,--volumes", has_volumes, "Their volumes too, but for those that others have");
    options.operands("NAME", names, "Groups");
    options.parse(arguments);

    using Fate = client::Group::OwnVolumes;
    const Fate volumes = has_volumes ? Fate::removed : Fate::kept;
    return context.for_each(names, [&context, volumes](const std::string& name) {
        run_group_job(context, name, [volumes](client::Group& group) { return group.remove(volumes); });
        print_line(name);
    });
}

} // namespace slipway::cli
