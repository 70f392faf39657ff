// SPDX-License-Identifier: LGPL-2.1-or-later
// pause: lets all processes of containers stand still.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int pause(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"pause NAME...", "Lets all processes of running containers stand still and prints their "
                                     "names. stop, kill and rm let them go on first."};
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.pause());
        print_line(name);
    });
}

} // namespace slipway::cli
