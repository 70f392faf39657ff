// SPDX-License-Identifier: LGPL-2.1-or-later
// unpause: lets paused containers go on.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int unpause(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"unpause NAME...", "Lets paused containers go on and prints their names."};
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.unpause());
        print_line(name);
    });
}

} // namespace slipway::cli
