// SPDX-License-Identifier: LGPL-2.1-or-later
// wire inspect: all that is known of wires, as JSON.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int wire_inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"wire inspect WIRE...", "Prints all that is known about wires, as a JSON array."};
    options.operands("WIRE", names, "CONTAINER/NAME, or an ID");
    options.parse(arguments);

    std::vector<client::WireInfo> wires;
    const int status = context.for_each(names, [&context, &wires](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Wire wire{context.engine(), context.await(manager.find_wire(name))};
        wires.push_back(context.await(wire.read()));
    });
    print(json_text(wires));
    return status;
}

} // namespace slipway::cli
