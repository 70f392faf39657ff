// SPDX-License-Identifier: LGPL-2.1-or-later
// network inspect: all that is known of networks, as JSON.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int network_inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"network inspect NAME...", "Prints all that is known about networks, as a JSON array."};
    options.operands("NAME", names, "Networks");
    options.parse(arguments);

    std::vector<std::string> objects;
    const int status = context.for_each(names, [&](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Network network{context.engine(), context.await(manager.find_network(name))};
        objects.push_back(context.await(network.describe()));
    });
    print(array_of(objects));
    return status;
}

} // namespace slipway::cli
