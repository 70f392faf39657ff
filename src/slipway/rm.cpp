// SPDX-License-Identifier: LGPL-2.1-or-later
// rm: containers and their files go away.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int rm(Context& context, const Arguments& arguments)
{
    bool is_forced = false;
    bool takes_volumes = false;
    std::vector<std::string> names;
    Options options{"rm [-f] [-v] NAME...", "Removes containers with their files and prints their names."};
    options.flag("-f,--force", is_forced, "End running ones by SIGKILL first");
    options.flag("-v,--volumes", takes_volumes,
                 "Their anonymous volumes too, unless another container has them");
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    const client::Removal removal = is_forced ? client::Removal::forced : client::Removal::only_at_rest;
    const auto volumes =
        takes_volumes ? client::Container::OwnVolumes::removed : client::Container::OwnVolumes::kept;
    return context.for_each(names, [&context, removal, volumes](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.remove(removal, volumes));
        print_line(name);
    });
}

} // namespace slipway::cli
