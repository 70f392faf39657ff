// SPDX-License-Identifier: LGPL-2.1-or-later
// Configuration: files found and put together.
#include "registry/configuration.hpp"

#include "base/file.hpp"
#include "oci/place_name.hpp"
#include "registry/certificates.hpp"

#include <algorithm>

namespace slipway::registry {

namespace {

constexpr std::size_t file_limit = 1U << 20U;

void read_onto(oci::RegistriesConf& conf, const std::filesystem::path& file)
{
    if (const std::optional<std::string> text = find_file(file, file_limit))
        oci::merge(conf, oci::parse_registries_conf(*text, file.native()).value());
}

// With the credentials for PATH there.
Place place_at(const oci::Endpoint& endpoint, const std::string& path,
               const std::vector<oci::AuthFile>& auths, const std::vector<std::filesystem::path>& directories)
{
    Place place{endpoint, {}, find_certificates(directories, endpoint.domain)};
    if (place.certificates == Certificates{} && endpoint.host != endpoint.domain)
        place.certificates = find_certificates(directories, endpoint.host);
    for (const oci::AuthFile& auth : auths)
        if (const auto found = oci::find_credentials(auth, endpoint.domain, path)) {
            place.credentials = *found;
            break;
        }
    return place;
}

Patience patience_with(const oci::RegistriesConf& conf, const oci::Reference& reference)
{
    Patience patience;
    if (const oci::RegistryRule* rule = oci::find_rule(conf, reference);
        rule != nullptr && rule->stall_timeout)
        patience.stall = *rule->stall_timeout;
    return patience;
}

} // namespace

oci::RegistriesConf read_registries_conf(const std::filesystem::path& file)
{
    oci::RegistriesConf conf;
    read_onto(conf, file);
    std::vector<std::filesystem::path> pieces;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{file.native() + ".d", error})
        if (entry.path().extension() == ".conf")
            pieces.push_back(entry.path());
    if (error && error != std::errc::no_such_file_or_directory)
        throw errno_failure(error.value(), "read", file.native() + ".d");
    std::sort(pieces.begin(), pieces.end());
    for (const std::filesystem::path& piece : pieces)
        read_onto(conf, piece);
    return conf;
}

std::filesystem::path registries_conf_file()
{
    std::error_code error;
    const std::filesystem::path own{"/etc/slipway/registries.conf"};
    return std::filesystem::exists(own, error) ? own
                                               : std::filesystem::path{"/etc/containers/registries.conf"};
}

std::vector<std::filesystem::path> auth_files(const std::vector<std::string>& environment, uid_t user)
{
    const auto find = [&environment](const std::string& name) -> std::string {
        for (const std::string& variable : environment)
            if (variable.starts_with(name + "="))
                return variable.substr(name.size() + 1);
        return {};
    };
    if (const std::string chosen = find("REGISTRY_AUTH_FILE"); !chosen.empty())
        return {chosen};
    std::vector<std::filesystem::path> files;
    const std::filesystem::path home = find("HOME");
    const auto add = [&files](const std::filesystem::path& directory, const char* name) {
        if (directory.is_absolute())
            files.push_back(directory / name);
    };
    const std::string runtime = find("XDG_RUNTIME_DIR");
    if (runtime.empty())
        files.push_back("/run/containers/" + std::to_string(user) + "/auth.json");
    add(runtime, "containers/auth.json");
    const std::string settings = find("XDG_CONFIG_HOME");
    add(settings.empty() ? home / ".config" : std::filesystem::path{settings}, "containers/auth.json");
    const std::string docker = find("DOCKER_CONFIG");
    add(docker.empty() ? home / ".docker" : std::filesystem::path{docker}, "config.json");
    return files;
}

Target target_of(const oci::RegistriesConf& conf, const oci::Reference& reference,
                 const std::vector<oci::AuthFile>& auths,
                 const std::vector<std::filesystem::path>& directories)
{
    Target target;
    const std::vector<oci::Endpoint> endpoints = oci::endpoints_of(conf, reference).value();
    for (const oci::Endpoint& endpoint : endpoints)
        target.places.push_back(place_at(endpoint, endpoint.repository, auths, directories));
    target.patience = patience_with(conf, reference);
    return target;
}

Target target_of_registry(const oci::RegistriesConf& conf, const std::string& name,
                          const std::vector<oci::AuthFile>& auths,
                          const std::vector<std::filesystem::path>& directories)
{
    const std::string key = oci::auth_key(name);
    const Result<oci::PlaceName> place = oci::PlaceName::parse(key, oci::PlaceName::Wildcard::refused);
    // Rules are for images: any below the name stands for all of them.
    const Result<oci::Reference> below = oci::parse_reference(key + "/any");
    if (!place || !below || below.value().domain != place.value().host)
        throw Failure{ErrorCode::invalid_argument,
                      "\"" + name + "\" is no registry: write HOST[:PORT], such as quay.io"};
    Target target;
    target.places.push_back(
        place_at(oci::registry_of(conf, below.value()).value(), place.value().path, auths, directories));
    target.patience = patience_with(conf, below.value());
    return target;
}

} // namespace slipway::registry
