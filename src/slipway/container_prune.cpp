// SPDX-License-Identifier: LGPL-2.1-or-later
// container prune: what does not run goes.
#include "client/manager.hpp"
#include "slipway/consent.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/prune_filter.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int container_prune(Context& context, const Arguments& arguments)
{
    bool is_forced = false;
    std::vector<std::string> words;
    Options options{"container prune [-f] [--filter KEY=VALUE]...",
                    "Removes all containers that do not run, with their files; their volumes stay."};
    options.flag("-f,--force", is_forced, "Do not ask");
    add_filter(options, words);
    options.parse(arguments);
    const client::PruneFilter filter = read_filter(words, now());

    if (!is_forced)
        ask_consent("This removes all containers that do not run.");
    client::Manager manager{context.engine()};
    const client::Pruned pruned = context.await(manager.prune_containers(filter));
    print(pruned_text("Deleted Containers", "", pruned) +
          "Total reclaimed space: " + human_size(pruned.reclaimed) + "\n");
    return 0;
}

} // namespace slipway::cli
