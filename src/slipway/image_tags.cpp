// SPDX-License-Identifier: LGPL-2.1-or-later
// image tags: what a repository has at its registry.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wallet.hpp"

namespace slipway::cli {

int image_tags(Context& context, const Arguments& arguments)
{
    std::string repository;
    std::string auth_file;
    bool is_json = false;
    Options options{"image tags [--authfile FILE] [--format table|json] REPOSITORY",
                    "Lists the tags of a repository at its registry."};
    options.text("--authfile", auth_file, "FILE", "Credentials are in this file");
    options.format(is_json);
    options.operand("REPOSITORY", repository, "The repository, such as debian or host:5000/team/app");
    options.parse(arguments);

    const Wallet wallet{auth_file};
    const std::vector<Fd> auths = wallet.for_image(repository);
    client::Manager manager{context.engine()};
    const std::vector<std::string> tags = context.await(manager.list_tags(repository, numbers_of(auths)));
    std::string lines;
    for (const std::string& tag : tags)
        lines += visible(tag) + "\n";
    print(is_json ? json_text(tags) : lines);
    return 0;
}

} // namespace slipway::cli
