// SPDX-License-Identifier: LGPL-2.1-or-later
// Wallet: files and helpers in the order they are asked; changes go to the first that can keep them.
#include "slipway/wallet.hpp"

#include "base/file.hpp"
#include "kernel/spawn.hpp"
#include "oci/auth_edit.hpp"
#include "oci/credential_helper.hpp"
#include "registry/configuration.hpp"
#include "slipway/auth_store.hpp"
#include "slipway/credential_program.hpp"
#include "slipway/human.hpp"
#include "slipway/report.hpp"

#include <algorithm>
#include <unistd.h>

namespace slipway::cli {

namespace {

struct AuthPlaces {
    std::vector<std::filesystem::path> files;
    bool is_one_file;
};

AuthPlaces auth_places(const std::string& auth_file)
{
    if (!auth_file.empty())
        return {{auth_file}, true};
    const std::vector<std::string> environment = kernel::own_environment();
    const bool is_chosen = std::any_of(environment.begin(), environment.end(), [](const std::string& each) {
        return each.starts_with("REGISTRY_AUTH_FILE=") && each.back() != '=';
    });
    return {registry::auth_files(environment, ::getuid()), is_chosen};
}

std::string host_in(const std::string& key)
{
    return key.substr(0, key.find('/'));
}

std::string path_in(const std::string& key)
{
    const std::size_t slash = key.find('/');
    return slash == std::string::npos ? std::string{} : key.substr(slash + 1);
}

std::optional<oci::Credentials> ask_program(const std::string& helper, const std::string& host)
{
    try {
        return CredentialProgram{helper}.find(host);
    } catch (const Failure& failure) {
        complain("slipway: " + visible(failure.message()) + "; " + visible(host) + " is asked without it\n");
        return std::nullopt;
    }
}

std::vector<Fd> memory_files_of(const oci::AuthFile& file)
{
    std::vector<Fd> files;
    if (!file.credentials.empty())
        files.push_back(make_memory_file("credentials", oci::to_json(file)));
    return files;
}

oci::AuthStyle style_of(const std::filesystem::path& file)
{
    return file.filename() == "config.json" ? oci::AuthStyle::docker : oci::AuthStyle::podman;
}

} // namespace

Wallet::Wallet(const std::string& auth_file)
    : conf_{registry::read_registries_conf(registry::registries_conf_file())}
{
    AuthPlaces places = auth_places(auth_file);
    places_ = std::move(places.files);
    is_one_file_ = places.is_one_file;
    for (const std::filesystem::path& path : places_)
        if (const std::optional<std::string> text = find_file(path, auth_file_limit))
            if (text->find_first_not_of(" \t\r\n") != std::string::npos)
                files_.push_back({path, oci::parse_auth_file(*text, path.native()).value()});
}

// A file that somebody names is meant, whatever the host's configuration says.
std::vector<std::string> Wallet::helpers() const
{
    const std::vector<std::string> files_only{std::string{oci::auth_files_helper}};
    return is_one_file_ ? files_only : conf_.credential_helpers.value_or(files_only);
}

std::optional<oci::Credentials> Wallet::find_in_files(const std::string& host, const std::string& path) const
{
    for (const File& file : files_) {
        if (const std::string helper = oci::helper_for(file.content, host); !helper.empty())
            if (auto found = ask_program(helper, host))
                return found;
        if (auto found = oci::find_credentials(file.content, host, path))
            return found;
    }
    return std::nullopt;
}

std::optional<oci::Credentials> Wallet::find(const std::string& host, const std::string& path) const
{
    for (const std::string& helper : helpers()) {
        auto found = helper == oci::auth_files_helper ? find_in_files(host, path) : ask_program(helper, host);
        if (found)
            return found;
    }
    return std::nullopt;
}

std::vector<Fd> Wallet::for_image(const std::string& name) const
{
    oci::AuthFile needed;
    const Result<oci::Candidates> candidates = oci::candidates_of(conf_, name);
    // What may mean several is refused by the engine.
    if (candidates && candidates.value().references.size() == 1)
        if (const auto endpoints = oci::endpoints_of(conf_, candidates.value().references.front()))
            for (const oci::Endpoint& endpoint : endpoints.value())
                if (const auto found = find(endpoint.domain, endpoint.repository))
                    needed.credentials.emplace(endpoint.domain + "/" + endpoint.repository, *found);
    return memory_files_of(needed);
}

std::vector<Fd> Wallet::for_registries(const std::vector<std::string>& names) const
{
    oci::AuthFile needed;
    for (const std::string& name : names) {
        const std::string key = oci::auth_key(name);
        if (const auto found = find(host_in(key), path_in(key)))
            needed.credentials.emplace(key, *found);
    }
    return memory_files_of(needed);
}

std::string Wallet::keep(const std::string& key, const oci::Credentials& credentials) const
{
    const std::string host = host_in(key);
    // Helpers know whole hosts only.
    const bool is_for_helper = key == host;
    for (const std::string& helper : helpers()) {
        if (helper != oci::auth_files_helper) {
            if (!is_for_helper)
                continue;
            CredentialProgram{helper}.store(host, credentials);
            return "by " + CredentialProgram{helper}.program();
        }
        if (places_.empty())
            continue;
        const std::filesystem::path& file = places_.front();
        if (!files_.empty() && files_.front().path == file && is_for_helper)
            if (const std::string own = oci::helper_for(files_.front().content, host); !own.empty()) {
                CredentialProgram{own}.store(host, credentials);
                return "by " + CredentialProgram{own}.program();
            }
        change_auth_file(file, [&](const std::string& json) {
            return oci::with_credentials(json, file.native(), key, credentials, style_of(file));
        });
        return "in " + file.native();
    }
    throw Failure{
        ErrorCode::invalid_configuration,
        "there is no place to keep credentials: neither HOME, REGISTRY_AUTH_FILE nor --authfile says "
        "one"};
}

bool Wallet::forget(const std::string& key) const
{
    const std::string host = host_in(key);
    bool was_there = false;
    for (const std::string& helper : helpers()) {
        if (helper != oci::auth_files_helper) {
            was_there = (key == host && CredentialProgram{helper}.erase(host)) || was_there;
            continue;
        }
        if (places_.empty())
            continue;
        const std::filesystem::path& file = places_.front();
        if (!files_.empty() && files_.front().path == file && key == host)
            if (const std::string own = oci::helper_for(files_.front().content, host); !own.empty())
                was_there = CredentialProgram{own}.erase(host) || was_there;
        const bool was_in_file = change_auth_file(file, [&](const std::string& json) {
            return oci::without_credentials(json, file.native(), key);
        });
        was_there = was_in_file || was_there;
    }
    return was_there;
}

bool Wallet::forget_all() const
{
    bool was_there = false;
    for (const std::string& helper : helpers()) {
        if (helper != oci::auth_files_helper) {
            was_there = CredentialProgram{helper}.erase_all() || was_there;
            continue;
        }
        if (places_.empty())
            continue;
        const std::filesystem::path& file = places_.front();
        if (!files_.empty() && files_.front().path == file) {
            const oci::AuthFile& content = files_.front().content;
            for (const auto& [host, own] : content.helpers)
                was_there = CredentialProgram{own}.erase(host) || was_there;
            if (!content.default_helper.empty())
                was_there = CredentialProgram{content.default_helper}.erase_all() || was_there;
        }
        const bool was_in_file = change_auth_file(file, [&file](const std::string& json) {
            return oci::without_any_credentials(json, file.native());
        });
        was_there = was_in_file || was_there;
    }
    return was_there;
}

std::vector<std::string> Wallet::others_with(const std::string& key) const
{
    std::vector<std::string> others;
    for (const File& file : files_)
        if (file.path != places_.front() && file.content.credentials.contains(key))
            others.push_back(file.path.native());
    return others;
}

} // namespace slipway::cli
