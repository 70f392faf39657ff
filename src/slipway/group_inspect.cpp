// SPDX-License-Identifier: LGPL-2.1-or-later
// group inspect: definitions of groups and what there is of them, as JSON.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"group inspect NAME...", "Prints all that is known about groups, as a JSON array."};
    options.operands("NAME", names, "Groups");
    options.parse(arguments);

    std::vector<std::string> objects;
    const int status = context.for_each(names, [&](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Group group{context.engine(), context.await(manager.find_group(name))};
        objects.push_back(context.await(group.describe()));
    });
    print(array_of(objects));
    return status;
}

} // namespace slipway::cli
