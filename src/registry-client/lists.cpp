// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists: pages behind each other, and the older ways where a registry has no new one.
#include "registry-client/lists.hpp"

#include "base/json.hpp"
#include "oci/http_fields.hpp"
#include "oci/image_index.hpp"
#include "registry-client/answers.hpp"

#include <algorithm>
#include <functional>

namespace slipway::registry_client {

namespace {

constexpr std::size_t page_limit = 1000;
constexpr std::size_t entry_limit = 100'000;
constexpr std::size_t page_bytes_limit = 8U << 20U;
constexpr std::uint64_t usual_search_limit = 25;
constexpr std::uint64_t search_limit = 100;

Failure no_list(const Origin& origin, const std::string& deed)
{
    return Failure{ErrorCode::registry_failed, deed + ": " + origin.host() + " answers with no list"};
}

// The entries of MEMBER in all pages from CALL on, until IS_ENOUGH.
async::Task<Json> pages(Origin& origin, Call call, const char* member,
                        std::function<bool(const Json&)> is_enough)
{
    Json all = Json::array();
    call.answer_limit = page_bytes_limit;
    for (std::size_t page = 0; page < page_limit; ++page) {
        if (!call.url)
            call.url = co_await origin.url_of(call.path);
        const Url url = *call.url;
        Call next = call;
        const HttpAnswer answer = co_await origin.call(std::move(next), 200);
        const Json document = parse_json(answer.body);
        if (!document.is_object())
            throw no_list(origin, call.deed);
        const auto entries = document.find(member);
        if (entries == document.end() || !(entries->is_array() || entries->is_null()))
            throw no_list(origin, call.deed);
        for (const Json& entry : *entries)
            all.push_back(entry);
        if (all.size() > entry_limit)
            throw Failure{ErrorCode::registry_failed, call.deed + ": " + origin.host() + " has more than " +
                                                          std::to_string(entry_limit) + " entries"};
        const auto link = oci::parse_next_link(answer.header("link"));
        if (!link || is_enough(all))
            co_return all;
        call.url = url.resolve(*link);
        // Elsewhere nobody knows us, and nothing of the registry's is there.
        if (call.url->origin != url.origin)
            throw Failure{ErrorCode::registry_failed,
                          call.deed + ": " + origin.host() + " continues at " + call.url->host};
    }
    throw Failure{ErrorCode::registry_failed, call.deed + ": " + origin.host() + " has no last page"};
}

bool never(const Json& /*entries*/)
{
    return false;
}

Json found_row(const Json& entry)
{
    Json row = Json::object();
    row["name"] = text_in(entry, "name");
    row["description"] = text_in(entry, "description");
    const auto stars = entry.find("star_count");
    row["stars"] = stars != entry.end() && stars->is_number_unsigned() ? stars->get<std::uint64_t>() : 0U;
    const auto official = entry.find("is_official");
    row["is_official"] = official != entry.end() && official->is_boolean() && official->get<bool>();
    return row;
}

// Docker's own search, which some other registries have too; nothing where it is not there.
async::Task<std::optional<Json>> search_index(Origin& origin, std::string term, std::uint64_t limit)
{
    const bool is_docker = origin.place().endpoint.domain == "docker.io";
    const Url root = co_await origin.url_of("/v1/search");
    const Url base = is_docker && origin.host() == "registry-1.docker.io"
                         ? Url::parse("https://index.docker.io/v1/search")
                         : root;
    Call call;
    call.deed = "searching for " + term;
    call.url = base.with_query("q", term).with_query("n", std::to_string(limit));
    call.answer_limit = page_bytes_limit;
    const HttpAnswer answer = co_await origin.call(std::move(call));
    const Json document = parse_json(answer.body);
    if (answer.status == 404 || (answer.status == 200 && !document.is_object()))
        co_return std::nullopt;
    if (answer.status != 200)
        throw failure_of(answer, "searching for " + term, origin.host());
    const auto results = document.find("results");
    if (results == document.end() || !results->is_array())
        co_return std::nullopt;
    Json rows = Json::array();
    for (const Json& entry : *results)
        if (entry.is_object() && rows.size() < limit)
            rows.push_back(found_row(entry));
    co_return rows;
}

} // namespace

async::Task<std::string> list_tags(Origins& origins)
{
    Origin& origin = origins.registry();
    Call call;
    call.deed = "listing the tags of " + origin.repository();
    call.path = origin.repository() + "/tags/list?n=1000";
    call.scopes = origin.scopes("pull");
    const Json tags = co_await pages(origin, std::move(call), "tags", never);
    co_return json_text(tags, StrayBytes::replaced);
}

async::Task<std::string> list_referrers(Origins& origins, Digest digest, std::string artifact_type)
{
    Origin& origin = origins.registry();
    Call call;
    call.deed = "listing what refers to " + digest.text();
    call.path = origin.repository() + "/referrers/" + digest.text();
    if (!artifact_type.empty())
        call.path += "?artifactType=" + url_escaped(artifact_type);
    call.scopes = origin.scopes("pull");
    call.headers.push_back("Accept: " + std::string{oci::index_media_type});
    const std::string deed = call.deed;
    Json all = Json::array();
    try {
        all = co_await pages(origin, std::move(call), "manifests", never);
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::not_in_registry)
            throw;
        all = nullptr;
    }
    if (all.is_null()) {
        // Registries that have no such list: clients keep one under a tag.
        all = Json::array();
        Call older;
        older.deed = deed;
        older.path = origin.repository() + "/manifests/sha256-" + digest.hex();
        older.scopes = origin.scopes("pull");
        older.headers.push_back("Accept: " + std::string{oci::index_media_type});
        older.answer_limit = oci::manifest_limit;
        const HttpAnswer answer = co_await origin.call(std::move(older));
        if (answer.status != 200 && answer.status != 404)
            throw failure_of(answer, deed, origin.host());
        if (const Json document = parse_json(answer.body); answer.status == 200 && document.is_object())
            if (const auto entries = document.find("manifests");
                entries != document.end() && entries->is_array())
                all = *entries;
    }
    Json index = Json::object();
    index["schemaVersion"] = 2;
    index["mediaType"] = oci::index_media_type;
    index["manifests"] = Json::array();
    // A registry need not filter.
    for (const Json& entry : all)
        if (entry.is_object() && (artifact_type.empty() || text_in(entry, "artifactType") == artifact_type))
            index["manifests"].push_back(entry);
    co_return json_text(index, StrayBytes::replaced);
}

async::Task<std::string> search(Origins& origins, std::string term, std::uint64_t limit)
{
    Origin& origin = origins.registry();
    const std::uint64_t most = std::min(limit == 0 ? usual_search_limit : limit, search_limit);
    const std::optional<Json> found = co_await search_index(origin, term, most);
    if (found)
        co_return json_text(*found, StrayBytes::replaced);
    const auto fitting = [&term](const Json& names) {
        std::vector<std::string> fit;
        for (const Json& name : names)
            if (name.is_string() && name.get_ref<const std::string&>().find(term) != std::string::npos)
                fit.push_back(name.get<std::string>());
        return fit;
    };
    Call call;
    call.deed = "searching for " + term;
    call.path = "_catalog?n=1000";
    call.scopes.insert("registry:catalog:*");
    std::function<bool(const Json&)> is_enough = [&fitting, most](const Json& names) {
        return fitting(names).size() >= most;
    };
    Json names = Json::array();
    try {
        names = co_await pages(origin, std::move(call), "repositories", std::move(is_enough));
    } catch (const Failure& failure) {
        // Most of those with many users have no list of all that they have.
        if (failure.code() != ErrorCode::not_in_registry)
            throw;
        throw Failure{ErrorCode::not_supported, origin.host() +
                                                    " cannot be searched: it has neither docker's "
                                                    "search nor a catalog"};
    }
    Json rows = Json::array();
    for (const std::string& name : fitting(names)) {
        if (rows.size() == most)
            break;
        Json row = Json::object();
        row["name"] = name;
        rows.push_back(found_row(row));
    }
    co_return json_text(rows, StrayBytes::replaced);
}

} // namespace slipway::registry_client
