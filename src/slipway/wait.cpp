// SPDX-License-Identifier: LGPL-2.1-or-later
// wait: until containers have ended; their exit statuses.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int wait(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{
        "wait NAME...",
        "Waits until containers have ended, prints the exit status of each on a line of its own, and exits "
        "with the last one."};
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    int status = 0;
    const int failed = context.for_each(names, [&context, &status](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        status = context.await(container.wait());
        print_line(std::to_string(status));
    });
    return failed != 0 ? payload_failure_status : status;
}

} // namespace slipway::cli
