// SPDX-License-Identifier: LGPL-2.1-or-later
// network rm: networks and their bridges go away.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int network_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"network rm NAME...", "Removes networks and prints their names."};
    options.operands("NAME", names, "Networks that no container is connected to");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Network network{context.engine(), context.await(manager.find_network(name))};
        context.await(network.remove());
        print_line(name);
    });
}

} // namespace slipway::cli
