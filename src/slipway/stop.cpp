// SPDX-License-Identifier: LGPL-2.1-or-later
// stop: the stop signal, after some time SIGKILL, and back when the payload has ended.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int stop(Context& context, const Arguments& arguments)
{
    client::StopOptions how;
    std::vector<std::string> names;
    Options options{"stop [-t SECONDS] [-s SIGNAL] NAME...",
                    "Stops containers, one after the other, and prints their names when they have ended."};
    options.seconds("-t,--time,--timeout", how.timeout, "How long to wait before SIGKILL");
    options.text("-s,--signal", how.signal, "SIGNAL",
                 "Send this one in place of the container's stop signal");
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context, &how](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.stop(how));
        print_line(name);
    });
}

} // namespace slipway::cli
