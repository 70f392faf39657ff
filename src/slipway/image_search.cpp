// SPDX-License-Identifier: LGPL-2.1-or-later
// image search: images at a registry by a word.
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

constexpr std::size_t description_column = 60;

std::string table_text(const std::vector<client::FoundImage>& images, std::size_t limit)
{
    Table table{{"NAME", "STARS", "OFFICIAL", "DESCRIPTION"}};
    for (const client::FoundImage& info : images)
        table.add({visible(info.name), std::to_string(info.stars), info.is_official ? "[OK]" : "",
                   shortened(visible(info.description), limit)});
    return table.text();
}

// Those that the engine will ask, by the first part of the term or by the configuration.
std::vector<std::string> registries_of(const std::string& term, const Wallet& wallet)
{
    if (const std::size_t slash = term.find('/'); slash != std::string::npos)
        return {term.substr(0, slash)};
    return wallet.conf().search.value_or(std::vector<std::string>{"docker.io"});
}

} // namespace

int image_search(Context& context, const Arguments& arguments)
{
    std::string term;
    std::string auth_file;
    std::optional<std::size_t> limit;
    bool is_whole = false;
    bool is_json = false;
    Options options{
        "image search [--limit NUMBER] [--no-trunc] [--authfile FILE] [--format table|json] [HOST/]WORD",
        "Lists images whose name has a word in it, as a registry knows them."};
    options.count("--limit", limit, "NUMBER", "At most that many of each registry; 25 otherwise");
    options.flag("--no-trunc", is_whole, "Do not shorten descriptions");
    options.text("--authfile", auth_file, "FILE", "Credentials are in this file");
    options.format(is_json);
    options.operand("WORD", term, "A part of a name, with the registry's host in front or without");
    options.parse(arguments);

    const Wallet wallet{auth_file};
    const std::vector<Fd> auths = wallet.for_registries(registries_of(term, wallet));
    client::Manager manager{context.engine()};
    const std::vector<client::FoundImage> found =
        context.await(manager.search_images(term, limit, numbers_of(auths)));
    print(is_json ? json_text(found) : table_text(found, is_whole ? 0 : description_column));
    return 0;
}

} // namespace slipway::cli
