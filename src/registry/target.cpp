// SPDX-License-Identifier: LGPL-2.1-or-later
// Target: to and from JSON.
#include "registry/target.hpp"

#include "oci/image_json.hpp"

#include <algorithm>
#include <array>

namespace slipway::registry {

namespace {

using oci::image_json::Object;
using oci::image_json::put;

constexpr std::size_t place_limit = 64;

struct UseName {
    oci::MirrorUse use;
    const char* name;
};
constexpr std::array use_names{UseName{oci::MirrorUse::all, "all"},
                               UseName{oci::MirrorUse::digests_only, "digests"},
                               UseName{oci::MirrorUse::tags_only, "tags"}};

[[noreturn]] void refuse(const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, reason};
}

// A header or a URL is made of it.
std::string line(const Object& json, const char* name)
{
    std::string text = json.text(name);
    if (text.find_first_of("\r\n") != std::string::npos)
        refuse(std::string{name} + " has a line break");
    return text;
}

Json json_of(const Place& place)
{
    Json json = Json::object();
    json["domain"] = place.endpoint.domain;
    json["host"] = place.endpoint.host;
    json["repository"] = place.endpoint.repository;
    json["insecure"] = place.endpoint.is_insecure;
    json["mirror"] = place.endpoint.is_mirror;
    json["use"] = std::find_if(use_names.begin(), use_names.end(), [&place](const UseName& row) {
                      return row.use == place.endpoint.use;
                  })->name;
    Json credentials = Json::object();
    put(credentials, "username", place.credentials.username);
    put(credentials, "password", place.credentials.password);
    put(credentials, "identity_token", place.credentials.identity_token);
    put(credentials, "registry_token", place.credentials.registry_token);
    json["credentials"] = std::move(credentials);
    Json certificates = Json::object();
    put(certificates, "authorities", place.certificates.authorities);
    put(certificates, "certificate", place.certificates.certificate);
    put(certificates, "key", place.certificates.key);
    json["certificates"] = std::move(certificates);
    return json;
}

Place read_place(const Object& json)
{
    Place place;
    place.endpoint.domain = line(json, "domain");
    place.endpoint.host = line(json, "host");
    place.endpoint.repository = line(json, "repository");
    place.endpoint.is_insecure = json.flag("insecure");
    place.endpoint.is_mirror = json.flag("mirror");
    const std::string use = json.text("use");
    const auto row = std::find_if(use_names.begin(), use_names.end(),
                                  [&use](const UseName& name) { return name.name == use; });
    if (row == use_names.end() && !use.empty())
        refuse("use: unknown '" + use + "'");
    if (row != use_names.end())
        place.endpoint.use = row->use;
    const std::string& host = place.endpoint.host;
    if (host.find('/') != std::string::npos || !oci::parse_reference(host + "/a"))
        refuse("host: no registry's: '" + host + "'");
    if (const std::string& repository = place.endpoint.repository;
        !repository.empty() &&
        (repository.find_first_of(":@") != std::string::npos || !oci::parse_reference("a.a/" + repository)))
        refuse("repository: no repository's name");
    const Object credentials = json.object("credentials");
    place.credentials = {line(credentials, "username"), line(credentials, "password"),
                         line(credentials, "identity_token"), line(credentials, "registry_token")};
    const Object certificates = json.object("certificates");
    place.certificates = {certificates.text("authorities"), certificates.text("certificate"),
                          certificates.text("key")};
    return place;
}

std::chrono::milliseconds duration(const Object& json, const char* name, std::chrono::milliseconds otherwise)
{
    constexpr std::uint64_t longest = 24ULL * 60 * 60 * 1000;
    const std::uint64_t number = json.number(name);
    return number == 0 ? otherwise : std::chrono::milliseconds{std::min(number, longest)};
}

Target read(std::string_view text)
{
    const Json document = oci::image_json::parse(text, "target");
    const Object json{document, "target"};
    Target target;
    for (const Object& place : json.objects("places"))
        target.places.push_back(read_place(place));
    if (target.places.empty() || target.places.size() > place_limit)
        refuse("target.places: not 1 to " + std::to_string(place_limit));
    const Object proxies = json.object("proxies");
    target.proxies = {line(proxies, "http"), line(proxies, "https"), line(proxies, "all"),
                      line(proxies, "none")};
    const Object patience = json.object("patience");
    Patience& own = target.patience;
    own.connect = duration(patience, "connect_ms", own.connect);
    own.stall = duration(patience, "stall_ms", own.stall);
    own.first_delay = duration(patience, "first_delay_ms", own.first_delay);
    own.longest_delay = duration(patience, "longest_delay_ms", own.longest_delay);
    if (const std::uint64_t attempts = patience.number("attempts"); attempts != 0)
        own.attempts = static_cast<unsigned>(std::min<std::uint64_t>(attempts, 100));
    return target;
}

} // namespace

std::string to_json(const Target& target)
{
    Json json = Json::object();
    json["places"] = Json::array();
    for (const Place& place : target.places)
        json["places"].push_back(json_of(place));
    Json proxies = Json::object();
    put(proxies, "http", target.proxies.http);
    put(proxies, "https", target.proxies.https);
    put(proxies, "all", target.proxies.all);
    put(proxies, "none", target.proxies.none);
    json["proxies"] = std::move(proxies);
    Json patience = Json::object();
    patience["connect_ms"] = target.patience.connect.count();
    patience["stall_ms"] = target.patience.stall.count();
    patience["first_delay_ms"] = target.patience.first_delay.count();
    patience["longest_delay_ms"] = target.patience.longest_delay.count();
    patience["attempts"] = target.patience.attempts;
    json["patience"] = std::move(patience);
    return oci::image_json::dump(json);
}

Result<Target> parse_target(std::string_view json)
{
    try {
        return read(json);
    } catch (const Failure& failure) {
        return failure;
    }
}

Proxies proxies_of(const std::vector<std::string>& environment)
{
    const auto find = [&environment](std::string_view name) -> std::string {
        for (const std::string& variable : environment)
            if (variable.starts_with(std::string{name} + "="))
                return variable.substr(name.size() + 1);
        return {};
    };
    const auto either = [&find](std::string_view lower, std::string_view upper) {
        std::string value = find(lower);
        return value.empty() ? find(upper) : value;
    };
    return {find("http_proxy"), either("https_proxy", "HTTPS_PROXY"), either("all_proxy", "ALL_PROXY"),
            either("no_proxy", "NO_PROXY")};
}

} // namespace slipway::registry
