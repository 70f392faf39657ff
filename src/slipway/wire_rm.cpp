// SPDX-License-Identifier: LGPL-2.1-or-later
// wire rm: wires go away, and what was connected is cut.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int wire_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"wire rm WIRE...", "Removes wires and prints their names."};
    options.operands("WIRE", names, "CONTAINER/NAME, or an ID");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Wire wire{context.engine(), context.await(manager.find_wire(name))};
        context.await(wire.remove());
        print_line(name);
    });
}

} // namespace slipway::cli
