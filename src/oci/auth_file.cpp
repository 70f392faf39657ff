// SPDX-License-Identifier: LGPL-2.1-or-later
// AuthFile: members, base64 and docker's history of keys.
#include "oci/auth_file.hpp"

#include "base/json.hpp"
#include "oci/base64.hpp"
#include "oci/credential_helper.hpp"

#include <algorithm>

namespace slipway::oci {

namespace {

constexpr std::size_t auth_file_limit = 1U << 20U;

struct AuthReader {
    std::string file;

    [[noreturn]] void refuse(const std::string& where, std::string_view reason) const
    {
        throw Failure{ErrorCode::invalid_configuration,
                      file + ": " + where + (where.empty() ? "" : ": ") + std::string{reason}};
    }

    // An absent member and a null one are the same: an empty object.
    Json object(const Json& parent, const char* name) const
    {
        const auto found = parent.find(name);
        if (found == parent.end() || found->is_null())
            return Json::object();
        if (!found->is_object())
            refuse(name, "not an object");
        return *found;
    }

    std::string text(const Json& parent, const char* name, const std::string& where) const
    {
        const auto found = parent.find(name);
        if (found == parent.end() || found->is_null())
            return {};
        if (!found->is_string())
            refuse(where + "." + name, "not a string");
        std::string value = found->get<std::string>();
        // A header is made of it.
        if (std::any_of(value.begin(), value.end(),
                        [](char c) { return c == '\0' || c == '\r' || c == '\n'; }))
            refuse(where + "." + name, "has a line break or a NUL character");
        return value;
    }

    std::string helper(const std::string& name, const std::string& where) const
    {
        // A program's name is made of it.
        if (!is_helper_name(name))
            refuse(where, "the helper's name has other characters than letters, digits, '-', '_' and '.'");
        return name;
    }

    Credentials credentials(const Json& entry, const std::string& where) const
    {
        if (!entry.is_object())
            refuse(where, "not an object");
        Credentials found{text(entry, "username", where), text(entry, "password", where),
                          text(entry, "identitytoken", where), text(entry, "registrytoken", where)};
        if (const std::string auth = text(entry, "auth", where); !auth.empty()) {
            const std::optional<std::string> pair = from_base64(auth);
            const std::size_t colon = pair ? pair->find(':') : std::string::npos;
            if (colon == std::string::npos)
                refuse(where + ".auth", "not USER:PASSWORD in base64");
            found.username = pair->substr(0, colon);
            found.password = pair->substr(colon + 1);
            // Docker pads it.
            found.password.erase(found.password.find_last_not_of('\0') + 1);
            if (pair->find_first_of("\r\n") != std::string::npos ||
                (found.username + found.password).find('\0') != std::string::npos)
                refuse(where + ".auth", "has a line break or a NUL character");
        }
        // A token says more than the password beside it.
        if (!found.identity_token.empty() || !found.registry_token.empty())
            found.password.clear();
        return found;
    }
};

AuthFile read_auths(std::string_view json, const AuthReader& reader)
{
    if (json.size() > auth_file_limit)
        reader.refuse("", "larger than " + std::to_string(auth_file_limit) + " bytes");
    const Json document = parse_json(json);
    if (!document.is_object())
        reader.refuse("", "not a JSON object");
    AuthFile file;
    const Json entries = reader.object(document, "auths");
    for (const auto& [key, entry] : entries.items()) {
        const Credentials found = reader.credentials(entry, "auths." + key);
        // Entries that say nothing mark what a helper keeps.
        if (!found.is_anonymous())
            file.credentials.emplace(auth_key(key), found);
    }
    const Json helpers = reader.object(document, "credHelpers");
    for (const auto& [key, entry] : helpers.items()) {
        if (!entry.is_string())
            reader.refuse("credHelpers." + key, "not a string");
        file.helpers.emplace(auth_key(key), reader.helper(entry.get<std::string>(), "credHelpers." + key));
    }
    file.default_helper = reader.helper(reader.text(document, "credsStore", ""), "credsStore");
    return file;
}

} // namespace

std::string auth_key(std::string_view written)
{
    std::string_view key = written;
    bool is_url = false;
    for (const std::string_view scheme : {"https://", "http://"})
        if (key.starts_with(scheme)) {
            key.remove_prefix(scheme.size());
            is_url = true;
        }
    // Only a host was ever meant by a URL.
    if (is_url)
        key = key.substr(0, key.find('/'));
    while (key.ends_with('/'))
        key.remove_suffix(1);
    const std::string_view host = key.substr(0, key.find('/'));
    if (host == "index.docker.io" || host == "registry-1.docker.io" || host == "registry.hub.docker.com") {
        const std::string_view path = key.substr(host.size());
        return "docker.io" + std::string{path == "/v1" || path == "/v2" ? std::string_view{} : path};
    }
    return std::string{key};
}

Result<AuthFile> parse_auth_file(std::string_view json, std::string_view file)
{
    try {
        return read_auths(json, AuthReader{std::string{file}});
    } catch (const Failure& failure) {
        return failure;
    }
}

std::string to_json(const AuthFile& file)
{
    Json json = Json::object();
    json["auths"] = Json::object();
    for (const auto& [key, one] : file.credentials) {
        Json entry = Json::object();
        if (!one.password.empty() || !one.username.empty())
            entry["auth"] = to_base64(one.username + ":" + one.password);
        if (!one.identity_token.empty())
            entry["identitytoken"] = one.identity_token;
        if (!one.registry_token.empty())
            entry["registrytoken"] = one.registry_token;
        // Docker knows its own registry by this name only.
        json["auths"][key == "docker.io" ? "https://index.docker.io/v1/" : key] = std::move(entry);
    }
    for (const auto& [host, helper] : file.helpers)
        json["credHelpers"][host] = helper;
    if (!file.default_helper.empty())
        json["credsStore"] = file.default_helper;
    return json_text(json, StrayBytes::replaced, 4);
}

std::optional<Credentials> find_credentials(const AuthFile& file, std::string_view host,
                                            std::string_view path)
{
    std::string key = auth_key(host);
    const std::size_t shortest = key.size();
    if (!path.empty())
        key.append("/").append(path);
    for (;;) {
        if (const auto found = file.credentials.find(key); found != file.credentials.end())
            return found->second;
        if (key.size() <= shortest)
            return std::nullopt;
        key.erase(std::max(key.rfind('/'), shortest));
    }
}

std::string helper_for(const AuthFile& file, const std::string& host)
{
    const auto found = file.helpers.find(auth_key(host));
    return found == file.helpers.end() ? file.default_helper : found->second;
}

} // namespace slipway::oci
