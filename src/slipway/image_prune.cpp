// SPDX-License-Identifier: LGPL-2.1-or-later
// image prune: what no container uses and nobody can name goes.
#include "base/id.hpp"
#include "client/manager.hpp"
#include "slipway/consent.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int image_prune(Context& context, const Arguments& arguments)
{
    bool is_all = false;
    bool is_forced = false;
    Options options{"image prune [-a] [-f]", "Removes images that have no name and that no container uses."};
    options.flag("-a,--all", is_all, "Those with a name too");
    options.flag("-f,--force", is_forced, "Do not ask");
    options.parse(arguments);

    if (!is_forced)
        ask_consent(is_all ? "This removes all images that no container uses."
                           : "This removes all images without a name that no container uses.");
    client::Manager manager{context.engine()};
    const client::PrunedImages pruned =
        context.await(manager.prune_images(is_all ? client::Prune::all : client::Prune::nameless));
    std::string lines;
    for (const std::string& id : pruned.ids)
        lines += "Deleted: sha256:" + id + "\n";
    print(lines + "Total reclaimed space: " + human_size(pruned.reclaimed) + "\n");
    return 0;
}

} // namespace slipway::cli
