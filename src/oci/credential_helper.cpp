// SPDX-License-Identifier: LGPL-2.1-or-later
// Credential helpers: their words to and from structs.
#include "oci/credential_helper.hpp"

#include "base/json.hpp"

#include <algorithm>

namespace slipway::oci {

namespace {

// The user of a secret that is a token.
constexpr std::string_view token_user = "<token>";

Failure strange(const std::string& reason)
{
    return Failure{ErrorCode::credential_helper_failed, reason};
}

// A header is made of it.
bool is_one_line(std::string_view text)
{
    return text.find_first_of(std::string_view{"\0\r\n", 3}) == std::string_view::npos;
}

} // namespace

bool is_helper_name(std::string_view name)
{
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    });
}

std::vector<std::string> helper_servers(const std::string& host)
{
    if (host == "docker.io")
        return {"https://index.docker.io/v1/", "docker.io"};
    return {host, "https://" + host};
}

std::string helper_request(const std::string& server, const Credentials& credentials)
{
    const bool is_token = !credentials.identity_token.empty();
    Json json = Json::object();
    json["ServerURL"] = server;
    json["Username"] = is_token ? std::string{token_user} : credentials.username;
    json["Secret"] = is_token ? credentials.identity_token : credentials.password;
    return json_text(json, StrayBytes::replaced);
}

Result<Credentials> parse_helper_answer(std::string_view json)
{
    const Json document = parse_json(json);
    if (!document.is_object())
        return strange("it answers with no JSON object");
    Credentials found;
    for (const auto& [name, target] : {std::pair{"Username", &found.username}, {"Secret", &found.password}}) {
        const auto member = document.find(name);
        if (member == document.end() || !member->is_string())
            return strange(std::string{"it answers without "} + name);
        *target = member->get<std::string>();
        if (!is_one_line(*target))
            return strange(std::string{name} + " has a line break or a NUL character");
    }
    if (found.username == token_user)
        return Credentials{{}, {}, found.password, {}};
    return found;
}

Result<std::vector<std::string>> parse_helper_list(std::string_view json)
{
    const Json document = parse_json(json);
    if (!document.is_object())
        return strange("it answers with no JSON object");
    std::vector<std::string> servers;
    for (const auto& [server, user] : document.items())
        servers.push_back(server);
    return servers;
}

bool means_nothing_kept(std::string_view output)
{
    return output.find("credentials not found") != std::string_view::npos;
}

} // namespace slipway::oci
