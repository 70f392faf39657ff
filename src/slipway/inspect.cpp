// SPDX-License-Identifier: LGPL-2.1-or-later
// inspect: all that the engine knows about containers, as one JSON array.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"inspect NAME...", "Prints all that is known about containers, as a JSON array."};
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);

    std::vector<std::string> descriptions;
    const int status = context.for_each(names, [&context, &descriptions](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        descriptions.push_back(context.await(container.describe()));
    });
    print(array_of(descriptions));
    return status;
}

} // namespace slipway::cli
