// SPDX-License-Identifier: LGPL-2.1-or-later
// network connect: one network more for a container, at once if it runs.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int network_connect(Context& context, const Arguments& arguments)
{
    client::ConnectionSettings settings;
    std::string name;
    std::string container;
    Options options{"network connect [OPTIONS] NETWORK CONTAINER",
                    "Connects a container to a network, at once if it runs."};
    options.text("--ip", settings.ip4, "ADDRESS", "Its IPv4 address there");
    options.text("--ip6", settings.ip6, "ADDRESS", "Its IPv6 address there");
    options.text("--mac-address", settings.mac, "ADDRESS", "Its MAC address there");
    options.text("--interface", settings.interface, "NAME", "The interface's name in the container");
    options.list("--alias", settings.aliases, "NAME", "One more name for it there");
    options.operand("NETWORK", name, "The network");
    options.operand("CONTAINER", container, "The container");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Network network{context.engine(), context.await(manager.find_network(name))};
    context.await(network.connect(container, std::move(settings)));
    return 0;
}

} // namespace slipway::cli
