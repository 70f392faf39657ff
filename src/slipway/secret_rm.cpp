// SPDX-License-Identifier: LGPL-2.1-or-later
// secret rm: secrets forgotten.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int secret_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{
        "secret rm NAME...",
        "Forgets secrets and prints their names. Containers that have them do not start any more."};
    options.operands("NAME", names, "Secrets");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        context.await(manager.remove_secret(name));
        print_line(name);
    });
}

} // namespace slipway::cli
