// SPDX-License-Identifier: LGPL-2.1-or-later
// start: containers at rest begin to run, in the background.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int start(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"start NAME...",
                    "Starts containers that are at rest, in the background, and prints their names."};
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.start());
        print_line(name);
    });
}

} // namespace slipway::cli
