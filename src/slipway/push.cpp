// SPDX-License-Identifier: LGPL-2.1-or-later
// push: an image to a registry.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wallet.hpp"

namespace slipway::cli {

int push(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    std::string auth_file;
    std::vector<std::string> names;
    Options options{"push [--authfile FILE] [-q] IMAGE [DESTINATION]",
                    "Sends an image to a registry, as far as it is not there, and prints the digest of its "
                    "manifest."};
    options.text("--authfile", auth_file, "FILE", "Credentials are in this file");
    options.flag("-q,--quiet", is_quiet, "No progress");
    options.operands("IMAGE", names, "The image, and its name there if it is another");
    options.parse(arguments);
    if (names.size() > 2)
        throw UsageError{"one image and one name, not " + std::to_string(names.size()) + " names"};

    std::optional<std::string> destination;
    if (names.size() == 2)
        destination = names[1];
    client::Manager manager{context.engine()};
    const Wallet wallet{auth_file};
    const EndOfJob end = run_registry_job(
        context, is_quiet ? Shown::nothing : Shown::progress, wallet.for_image(names.back()),
        [&](std::vector<int> auths) { return manager.push_image(names[0], destination, std::move(auths)); });
    if (!is_quiet)
        complain(visible(names.back()) + ": pushed\n");
    print_line(visible(end.phase));
    return 0;
}

} // namespace slipway::cli
