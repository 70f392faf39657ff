// SPDX-License-Identifier: LGPL-2.1-or-later
// AuthFile: who one is to which registry: docker's config.json and podman's auth.json, which are one format.
#pragma once

#include "base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

// What proves who one is; at most one of password, identity_token and registry_token is not empty.
struct Credentials {
    std::string username;
    std::string password;
    // Got by an earlier login; bought from the token server (docker's "identitytoken").
    std::string identity_token;
    // Given to the registry as it is (docker's "registrytoken").
    std::string registry_token;

    bool is_anonymous() const
    {
        return username.empty() && password.empty() && identity_token.empty() && registry_token.empty();
    }
    bool operator==(const Credentials&) const = default;
};

struct AuthFile {
    // By "host[:port]" or "host[:port]/path", a part of a repository's name; old ways to write a host are
    // made one.
    std::map<std::string, Credentials> credentials;
    // Suffixes of programs, docker-credential-SUFFIX, by host.
    std::map<std::string, std::string> helpers;
    // For every host without a helper of its own; empty where there is none.
    std::string default_helper;

    bool operator==(const AuthFile&) const = default;
};

// FILE names it in failures. Refuses with invalid_configuration.
Result<AuthFile> parse_auth_file(std::string_view json, std::string_view file);
// In the form that docker, podman and this one read.
std::string to_json(const AuthFile& file);

// For the repository PATH on HOST ("docker.io"): the entry of the longest part of its name.
std::optional<Credentials> find_credentials(const AuthFile& file, std::string_view host,
                                            std::string_view path);
// The suffix of the program that keeps HOST's; empty where none does.
std::string helper_for(const AuthFile& file, const std::string& host);

// "https://index.docker.io/v1/" and other old ways to write a host, made one: "docker.io".
std::string auth_key(std::string_view written);

} // namespace slipway::oci
