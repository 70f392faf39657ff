// SPDX-License-Identifier: LGPL-2.1-or-later
// update: other limits for containers, at once and for their later starts.
#include "client/manager.hpp"
#include "slipway/limits.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int update(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    LimitOptions wishes;
    Options options{
        "update [OPTIONS] NAME...",
        "Changes the limits of containers, at once and for their later starts, and prints their names."};
    add_limit_options(options, wishes);
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);
    const std::map<std::string, std::uint64_t> limits = limits_of(wishes);
    if (limits.empty())
        throw UsageError{"which limit? 'slipway update --help' lists them"};

    return context.for_each(names, [&context, &limits](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        context.await(container.update(limits));
        print_line(name);
    });
}

} // namespace slipway::cli
