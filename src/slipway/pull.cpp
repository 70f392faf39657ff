// SPDX-License-Identifier: LGPL-2.1-or-later
// pull: an image from a registry.
#include "client/manager.hpp"
#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int pull(Context& context, const Arguments& arguments)
{
    PullWish wish;
    std::string policy = "always";
    Options options{
        "pull [--policy WHEN] [--platform PLATFORM] [--all-platforms] [--authfile FILE] [-q] REFERENCE",
        "Gets an image from a registry, as far as it is not here, and prints its ID."};
    options.text("--policy", policy, "always|missing|never",
                 "Whether the registry is asked where the image is here already, or at all");
    options.text("--platform", wish.platform, "PLATFORM",
                 "The image for this one, such as linux/arm64; default: the host's");
    options.flag("--all-platforms", wish.is_for_all,
                 "Keep what there is for other platforms too, so that push sends the whole");
    options.text("--authfile", wish.auth_file, "FILE", "Credentials are in this file");
    add_retry_options(options, wish.retries);
    options.flag("-q,--quiet", wish.is_quiet, "No progress");
    options.operand("REFERENCE", wish.reference,
                    "The image's name, such as debian:bookworm or host:5000/team/app:1");
    options.parse(arguments);

    if (policy != "always" && policy != "missing" && policy != "never")
        throw UsageError{"--policy takes always, missing or never, not '" + policy + "'"};
    if (policy != "always") {
        client::Manager manager{context.engine()};
        try {
            print_line("sha256:" + image_id(context.await(manager.find_image(wish.reference))));
            return 0;
        } catch (const Failure& failure) {
            if (failure.code() != ErrorCode::no_such_image || policy == "never")
                throw;
        }
    }
    const Pulled pulled = pull_image(context, wish);
    if (!wish.is_quiet)
        complain(visible(wish.reference) + ": " + (pulled.was_here ? "up to date" : "pulled") + "\n");
    print_line("sha256:" + image_id(pulled.path));
    return 0;
}

} // namespace slipway::cli
