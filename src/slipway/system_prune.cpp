// SPDX-License-Identifier: LGPL-2.1-or-later
// system prune: containers first, since they hold volumes and images.
#include "client/manager.hpp"
#include "slipway/consent.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/prune_filter.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int system_prune(Context& context, const Arguments& arguments)
{
    bool is_all = false;
    bool takes_volumes = false;
    bool is_forced = false;
    std::vector<std::string> words;
    Options options{"system prune [-a] [--volumes] [-f] [--filter KEY=VALUE]...",
                    "Removes containers that do not run, images without a name that no container uses, and "
                    "what pulls left that did not come to their end; prints what went and how much space "
                    "came back."};
    options.flag("-a,--all", is_all, "All images that no container uses, those with a name too");
    options.flag("--volumes", takes_volumes, "Anonymous volumes that no container has as well");
    options.flag("-f,--force", is_forced, "Do not ask");
    add_filter(options, words);
    options.parse(arguments);
    const client::PruneFilter filter = read_filter(words, now());
    // The age of a volume says nothing of what was written to it since.
    if (takes_volumes && filter.until_usec)
        throw UsageError{"--filter until does not go with --volumes"};

    if (!is_forced)
        ask_consent("This removes all containers that do not run" +
                    std::string{takes_volumes ? ", all anonymous volumes that no container has" : ""} +
                    (is_all ? " and all images that no container uses then."
                            : " and all images without a name that no container uses then."));
    client::Manager manager{context.engine()};
    std::uint64_t reclaimed = 0;
    const auto tell = [&reclaimed](const std::string& title, const std::string& prefix,
                                   const client::Pruned& pruned) {
        print(pruned_text(title, prefix, pruned));
        reclaimed += pruned.reclaimed;
    };
    tell("Deleted Containers", "", context.await(manager.prune_containers(filter)));
    if (takes_volumes)
        tell("Deleted Volumes", "",
             context.await(manager.prune_volumes(client::Manager::PruneVolumes::anonymous, filter)));
    tell("Deleted Images", "deleted: sha256:",
         context.await(manager.prune_images(is_all ? client::Prune::all : client::Prune::nameless, filter)));
    print("Total reclaimed space: " + human_size(reclaimed) + "\n");
    return 0;
}

} // namespace slipway::cli
