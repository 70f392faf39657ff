// SPDX-License-Identifier: LGPL-2.1-or-later
// network disconnect: one network less for a container, at once if it runs.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int network_disconnect(Context& context, const Arguments& arguments)
{
    std::string name;
    std::string container;
    bool is_forced = false;
    Options options{"network disconnect NETWORK CONTAINER",
                    "Takes a container from a network, at once if it runs."};
    options.flag("-f,--force", is_forced, "Nothing; it is done anyway");
    options.operand("NETWORK", name, "The network");
    options.operand("CONTAINER", container, "The container");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Network network{context.engine(), context.await(manager.find_network(name))};
    context.await(network.disconnect(container));
    return 0;
}

} // namespace slipway::cli
