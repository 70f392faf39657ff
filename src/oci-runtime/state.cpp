// SPDX-License-Identifier: LGPL-2.1-or-later
// state: what a container is doing, as the specification writes it.
#include "base/file.hpp"
#include "oci-runtime/container.hpp"

namespace slipway::oci_runtime {

int state(Context& context, const Arguments& arguments)
{
    std::string id;
    Options options = make_options("state ID", "Prints a container's state, as JSON.");
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);
    const Container container = Container::find(context, id);
    const Record record = container.record();
    write_all(1, Container::state(record, container.status(record)) + "\n", "standard output");
    return 0;
}

} // namespace slipway::oci_runtime
