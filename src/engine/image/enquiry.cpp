// SPDX-License-Identifier: LGPL-2.1-or-later
// Enquiries: a conversation each, and its answer read.
#include "engine/image/enquiry.hpp"

#include "base/json.hpp"
#include "engine/image/connect.hpp"
#include "engine/image/meaning.hpp"
#include "registry/configuration.hpp"

namespace slipway::engine {

namespace {

using ConnectedAgent = std::unique_ptr<registry::Agent>;

std::string text_in(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// Where to search, and for what.
struct Hunt {
    std::vector<std::string> hosts;
    std::string word;
};

Hunt hunt_of(const std::string& term)
{
    const std::size_t slash = term.find('/');
    const std::string head = term.substr(0, slash);
    Hunt hunt;
    // As in a name: what could be a part of a path is none of a host's.
    if (slash != std::string::npos && (head.find_first_of(".:[") != std::string::npos || head == "localhost"))
    {
        hunt = {{head}, term.substr(slash + 1)};
    } else {
        const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
        hunt = {conf.search.value_or(std::vector<std::string>{"docker.io"}), term};
    }
    if (hunt.word.empty())
        throw Failure{ErrorCode::invalid_argument, "\"" + term + "\" has no word to search for"};
    if (hunt.hosts.empty())
        throw Failure{ErrorCode::invalid_argument,
                      "registries.conf has no registry to search: write HOST/" + hunt.word};
    return hunt;
}

void read_rows(const std::string& host, const std::string& json, std::vector<SearchRow>& rows)
{
    const Json found = parse_json(json);
    for (const Json& entry : found) {
        if (!entry.is_object())
            continue;
        SearchRow row;
        row.name = (host == "docker.io" ? "" : host + "/") + text_in(entry, "name");
        row.description = text_in(entry, "description");
        if (const auto stars = entry.find("stars"); stars != entry.end() && stars->is_number_unsigned())
            row.stars = stars->get<std::uint64_t>();
        if (const auto official = entry.find("is_official");
            official != entry.end() && official->is_boolean())
            row.is_official = official->get<bool>();
        rows.push_back(std::move(row));
    }
}

} // namespace

async::Task<oci::Credentials> log_in(Workshop* workshop, std::string registry,
                                     std::vector<oci::AuthFile> auths)
{
    const std::string key = oci::auth_key(registry);
    const std::string host = key.substr(0, key.find('/'));
    const std::string path = key.size() > host.size() ? key.substr(host.size() + 1) : std::string{};
    std::optional<oci::Credentials> credentials;
    for (const oci::AuthFile& auth : auths)
        if (!credentials)
            credentials = oci::find_credentials(auth, host, path);
    if (!credentials)
        throw Failure{ErrorCode::invalid_argument,
                      "there are no credentials for " + registry + " to log in with"};
    async::Task<ConnectedAgent> connecting = connect_to_registry(workshop, registry, auths);
    const ConnectedAgent agent = co_await connecting;
    async::Task<std::string> asking = agent->ping();
    const std::string token = co_await asking;
    if (!token.empty())
        *credentials = {credentials->username, {}, token, {}};
    co_return *credentials;
}

async::Task<std::vector<std::string>> list_tags(Workshop* workshop, std::string repository,
                                                std::vector<oci::AuthFile> auths)
{
    oci::Reference reference = meaning_of(repository);
    async::Task<ConnectedAgent> connecting = connect(workshop, std::move(reference), std::move(auths));
    const ConnectedAgent agent = co_await connecting;
    async::Task<std::string> asking = agent->tags();
    const std::string json = co_await asking;
    const Json found = parse_json(json);
    std::vector<std::string> tags;
    for (const Json& tag : found)
        if (tag.is_string())
            tags.push_back(tag.get<std::string>());
    co_return tags;
}

async::Task<Referrers> list_referrers(Workshop* workshop, std::string text, std::string artifact_type,
                                      std::vector<oci::AuthFile> auths)
{
    const oci::Reference reference = meaning_of(text);
    async::Task<ConnectedAgent> connecting = connect(workshop, reference, std::move(auths));
    const ConnectedAgent agent = co_await connecting;
    std::optional<Digest> subject = reference.digest;
    if (!subject) {
        async::Task<registry::PulledManifest> looking = agent->manifest(reference.tag);
        const registry::PulledManifest found = co_await looking;
        subject = found.digest;
    }
    async::Task<std::string> asking = agent->referrers(*subject, artifact_type);
    const std::string json = co_await asking;
    Result<oci::ImageIndex> index = oci::parse_image_index(json);
    if (!index)
        throw Failure{ErrorCode::registry_failed,
                      reference.domain +
                          " has a list of referrers that is none: " + index.failure().message()};
    co_return Referrers{*subject, std::move(index).value().entries};
}

async::Task<std::vector<SearchRow>> search(Workshop* workshop, std::string term, std::uint64_t limit,
                                           std::vector<oci::AuthFile> auths)
{
    const Hunt hunt = hunt_of(term);
    std::vector<SearchRow> rows;
    for (const std::string& host : hunt.hosts) {
        async::Task<ConnectedAgent> connecting = connect_to_registry(workshop, host, auths);
        const ConnectedAgent agent = co_await connecting;
        async::Task<std::string> asking = agent->search(hunt.word, limit);
        const std::string json = co_await asking;
        read_rows(host, json, rows);
    }
    co_return rows;
}

} // namespace slipway::engine
