// SPDX-License-Identifier: LGPL-2.1-or-later
// network prune: networks that no container is connected to go away.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/prune_filter.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int network_prune(Context& context, const Arguments& arguments)
{
    bool is_forced = false;
    std::vector<std::string> words;
    Options options{
        "network prune [--filter KEY=VALUE]...",
        "Removes the networks that no container is connected to, running or not, and prints their names. "
        "The default one stays."};
    options.flag("-f,--force", is_forced, "Nothing; nobody is asked anyway");
    add_filter(options, words);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const client::Pruned pruned = context.await(manager.prune_networks(read_filter(words, now())));
    std::string lines;
    for (const std::string& name : pruned.names)
        lines += name + "\n";
    print(lines);
    return 0;
}

} // namespace slipway::cli
