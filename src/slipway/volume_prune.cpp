// SPDX-License-Identifier: LGPL-2.1-or-later
// volume prune: volumes that no container has go away.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/prune_filter.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_prune(Context& context, const Arguments& arguments)
{
    bool takes_all = false;
    bool is_forced = false;
    std::vector<std::string> words;
    Options options{
        "volume prune [-a] [--filter KEY=VALUE]...",
        "Removes the anonymous volumes that no container has, running or not, and prints their names."};
    options.flag("-a,--all", takes_all, "Those with a name too");
    options.flag("-f,--force", is_forced, "Nothing; nobody is asked anyway");
    add_filter(options, words);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const auto which =
        takes_all ? client::Manager::PruneVolumes::all : client::Manager::PruneVolumes::anonymous;
    const client::Pruned pruned = context.await(manager.prune_volumes(which, read_filter(words, now())));
    std::string lines;
    for (const std::string& name : pruned.names)
        lines += name + "\n";
    print(lines);
    return 0;
}

} // namespace slipway::cli
