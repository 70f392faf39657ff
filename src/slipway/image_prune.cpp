// SPDX-License-Identifier: LGPL-2.1-or-later
// image prune: what no container uses and nobody can name goes.
#include "client/manager.hpp"
#include "slipway/consent.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/prune_filter.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int image_prune(Context& context, const Arguments& arguments)
{
    bool is_all = false;
    bool is_forced = false;
    std::vector<std::string> words;
    Options options{"image prune [-a] [-f] [--filter KEY=VALUE]...",
                    "Removes images that have no name and that no container uses."};
    options.flag("-a,--all", is_all, "Those with a name too");
    options.flag("-f,--force", is_forced, "Do not ask");
    add_filter(options, words);
    options.parse(arguments);
    const client::PruneFilter filter = read_filter(words, now());

    if (!is_forced)
        ask_consent(is_all ? "This removes all images that no container uses."
                           : "This removes all images without a name that no container uses.");
    client::Manager manager{context.engine()};
    const client::Pruned pruned =
        context.await(manager.prune_images(is_all ? client::Prune::all : client::Prune::nameless, filter));
    std::string lines;
    for (const std::string& id : pruned.names)
        lines += "Deleted: sha256:" + id + "\n";
    print(lines + "Total reclaimed space: " + human_size(pruned.reclaimed) + "\n");
    return 0;
}

} // namespace slipway::cli
