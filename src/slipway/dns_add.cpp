// SPDX-License-Identifier: LGPL-2.1-or-later
// dns add: a record by hand.
#include "client/manager.hpp"
#include "slipway/record_data.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int dns_add(Context& context, const Arguments& arguments)
{
    std::string name;
    std::string record;
    std::string type;
    std::vector<std::string> data;
    Options options{"dns add NETWORK NAME TYPE DATA...", "Adds a record of a name to a network."};
    options.operand("NETWORK", name, "The network whose members hear of it");
    options.operand("NAME", record, "Relative to slipway.internal unless it ends with a dot");
    options.operand("TYPE", type, "A, AAAA, SRV, PTR or TXT");
    options.operands("DATA", data, "An address; PRIORITY WEIGHT PORT TARGET; a name; texts");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Network network{context.engine(), context.await(manager.find_network(name))};
    context.await(network.add_record(record, type, record_data(type, data)));
    return 0;
}

} // namespace slipway::cli
