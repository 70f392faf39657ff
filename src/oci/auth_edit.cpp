// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes to a file of credentials, on its JSON.
#include "oci/auth_edit.hpp"

#include "base/json.hpp"

namespace slipway::oci {

namespace {

// The document, known to be one of these files. Throws Failure.
Json document_of(std::string_view json, std::string_view file)
{
    if (json.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Json::object();
    static_cast<void>(parse_auth_file(json, file).value());
    return parse_json(json);
}

Json& auths_in(Json& document)
{
    Json& auths = document["auths"];
    if (!auths.is_object())
        auths = Json::object();
    return auths;
}

bool take_away(Json& auths, const std::string& key)
{
    bool has_changed = false;
    for (auto entry = auths.begin(); entry != auths.end();) {
        if (auth_key(entry.key()) == key) {
            entry = auths.erase(entry);
            has_changed = true;
        } else {
            ++entry;
        }
    }
    return has_changed;
}

AuthChange change_of(const Json& document, bool has_changed)
{
    return {json_text(document, StrayBytes::replaced, 4) + "\n", has_changed};
}

template <typename Change>
Result<AuthChange> edited(std::string_view json, std::string_view file, Change change)
{
    try {
        Json document = document_of(json, file);
        const bool has_changed = change(auths_in(document));
        return change_of(document, has_changed);
    } catch (const Failure& failure) {
        return failure;
    }
}

} // namespace

Result<AuthChange> with_credentials(std::string_view json, std::string_view file, const std::string& key,
                                    const Credentials& credentials, AuthStyle style)
{
    AuthFile one;
    one.credentials.emplace(key, credentials);
    // As to_json() writes an entry, by whatever name.
    const Json written = parse_json(to_json(one));
    const Json& entry = *written.at("auths").begin();
    const bool is_dockers = key == "docker.io" && style == AuthStyle::docker;
    const std::string name = is_dockers ? "https://index.docker.io/v1/" : key;
    return edited(json, file, [&](Json& auths) {
        take_away(auths, key);
        auths[name] = entry;
        return true;
    });
}

Result<AuthChange> without_credentials(std::string_view json, std::string_view file, const std::string& key)
{
    return edited(json, file, [&key](Json& auths) { return take_away(auths, key); });
}

Result<AuthChange> without_any_credentials(std::string_view json, std::string_view file)
{
    return edited(json, file, [](Json& auths) {
        const bool has_changed = !auths.empty();
        auths = Json::object();
        return has_changed;
    });
}

} // namespace slipway::oci
