// SPDX-License-Identifier: LGPL-2.1-or-later
// kill: a signal to the payload's first process.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int kill(Context& context, const Arguments& arguments)
{
    std::string signal = "SIGKILL";
    std::vector<std::string> names;
    Options options{"kill [-s SIGNAL] NAME...",
                    "Sends a signal to the first process of running containers and prints their names."};
    options.text("-s,--signal", signal, "SIGNAL", "By name or number; SIGKILL if not given");
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context, &signal](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.kill(signal));
        print_line(name);
    });
}

} // namespace slipway::cli
