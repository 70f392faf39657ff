// SPDX-License-Identifier: LGPL-2.1-or-later
// image referrers: what belongs to an image at its registry.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wallet.hpp"

namespace slipway::cli {

namespace {

std::string table_text(const client::Referrers& referrers)
{
    Table table{{"ARTIFACT TYPE", "SIZE", "DIGEST"}};
    for (const client::Referrer& info : referrers.entries)
        table.add({info.artifact_type.empty() ? "-" : visible(info.artifact_type), human_size(info.size),
                   visible(info.digest)});
    return table.text();
}

} // namespace

int image_referrers(Context& context, const Arguments& arguments)
{
    std::string reference;
    std::string auth_file;
    std::optional<std::string> type;
    bool is_json = false;
    Options options{
        "image referrers [--artifact-type TYPE] [--authfile FILE] [--format table|json] REFERENCE",
        "Lists what says at the registry that it belongs to an image."};
    options.text("--artifact-type", type, "TYPE", "Only those of this type");
    options.text("--authfile", auth_file, "FILE", "Credentials are in this file");
    options.format(is_json);
    options.operand("REFERENCE", reference, "The image's name, with a tag or a digest");
    options.parse(arguments);

    const Wallet wallet{auth_file};
    const std::vector<Fd> auths = wallet.for_image(reference);
    client::Manager manager{context.engine()};
    const client::Referrers found = context.await(manager.list_referrers(reference, type, numbers_of(auths)));
    print(is_json ? json_text(found) : table_text(found));
    return 0;
}

} // namespace slipway::cli
