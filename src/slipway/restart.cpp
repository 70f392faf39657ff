// SPDX-License-Identifier: LGPL-2.1-or-later
// restart: a stop, if it runs, and a start.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int restart(Context& context, const Arguments& arguments)
{
    client::StopOptions how;
    std::vector<std::string> names;
    Options options{"restart [-t SECONDS] [-s SIGNAL] NAME...",
                    "Stops containers that run, one after the other, starts them, and prints their names."};
    options.seconds("-t,--time,--timeout", how.timeout, "How long to wait before SIGKILL");
    options.text("-s,--signal", how.signal, "SIGNAL",
                 "Send this one in place of the container's stop signal");
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context, &how](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.restart(how));
        print_line(name);
    });
}

} // namespace slipway::cli
