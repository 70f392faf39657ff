// SPDX-License-Identifier: LGPL-2.1-or-later
// system check: whether the store is what it has to be, and repairs.
#include "client/job.hpp"
#include "client/manager.hpp"
#include "oci/reference.hpp"
#include "slipway/findings_text.hpp"
#include "slipway/output.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wallet.hpp"

#include <algorithm>
#include <set>

namespace slipway::cli {

namespace {

constexpr int findings_status = 1;

// For all places that images may be got again from.
std::vector<Fd> credentials_for(const std::vector<client::ImageInfo>& images, const std::string& auth_file)
{
    std::set<std::string> places;
    for (const client::ImageInfo& image : images)
        for (const std::string& name : image.names)
            if (const Result<oci::Reference> reference = oci::parse_reference(name))
                places.insert(reference.value().domain + "/" + reference.value().path);
    return Wallet{auth_file}.for_registries({places.begin(), places.end()});
}

} // namespace

int system_check(Context& context, const Arguments& arguments)
{
    bool repairs = false;
    bool is_json = false;
    std::string auth_file;
    Options options{
        "system check [--repair] [--authfile FILE] [--format table|json]",
        "Reads all that is stored and says in a line each what is not as it has to be. Exits with 1 "
        "if something is wrong at the end."};
    options.flag("--repair", repairs,
                 "Get again what is damaged, remove what belongs to nothing; what runs is not touched");
    options.text("--authfile", auth_file, "FILE", "Credentials are in this file, and in no other");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    using Repairs = client::Manager::Repairs;
    std::vector<Fd> credentials;
    if (repairs)
        credentials = credentials_for(context.await(manager.list()).images, auth_file);
    const EndOfJob end = run_registry_job(context, Shown::line, credentials, [&](std::vector<int> auths) {
        return manager.check_store(repairs ? Repairs::wanted : Repairs::none, std::move(auths));
    });
    bus::Message properties =
        context.await(client::fetch_properties(context.engine(), end.job, client::job_interface));
    const std::vector<client::Finding> findings = client::read_job(properties).findings;
    if (is_json) {
        print(findings_json(findings, end.phase));
    } else {
        std::string text;
        for (const client::Finding& finding : findings)
            text += finding_line(finding);
        const auto repaired = std::count_if(findings.begin(), findings.end(),
                                            [](const client::Finding& one) { return one.is_settled; });
        text += end.phase + ": " +
                (findings.empty() ? "nothing is wrong" : std::to_string(findings.size()) + " found");
        if (repaired != 0)
            text += ", " + std::to_string(repaired) + " repaired";
        print(text + "\n");
    }
    const bool is_right = std::all_of(findings.begin(), findings.end(),
                                      [](const client::Finding& one) { return one.is_settled; });
    return is_right ? 0 : findings_status;
}

} // namespace slipway::cli
