// SPDX-License-Identifier: LGPL-2.1-or-later
// RegistriesConf: where the images of a name are really got from: containers-registries.conf(5), version 2.
#pragma once

#include "oci/reference.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

// What a mirror is asked for.
enum class MirrorUse { all, digests_only, tags_only };

struct Mirror {
    std::string location; // "host[:port][/path]"
    bool is_insecure = false;
    MirrorUse use = MirrorUse::all;

    bool operator==(const Mirror&) const = default;
};

struct RegistryRule {
    // "host[:port][/path]" or "*.domain": what names it is for.
    std::string prefix;
    // Stands in the prefix's place; empty for a wildcard's that changes nothing.
    std::string location;
    bool is_insecure = false;
    bool is_blocked = false;
    std::vector<Mirror> mirrors; // asked before it, in this order
    // How long nothing may come before it is given up; nothing: the usual time. Our own key.
    std::optional<std::chrono::seconds> stall_timeout;

    bool operator==(const RegistryRule&) const = default;
};

enum class ShortNames {
    enforcing,  // a name that may mean several images is asked about, or refused
    permissive, // … is tried at each place where nobody can be asked
    disabled,   // … is tried at each place
};

// What stands for the files of credentials in a list of helpers.
inline constexpr std::string_view auth_files_helper = "containers-auth.json";

struct RegistriesConf {
    std::optional<std::vector<std::string>> search; // nothing: docker.io
    std::vector<RegistryRule> rules;
    std::map<std::string, std::string> aliases; // a short name → a full one; empty: the alias is taken back
    std::optional<ShortNames> short_names;
    // Suffixes of docker-credential-SUFFIX, and auth_files_helper for the files, in the order they are asked.
    std::optional<std::vector<std::string>> credential_helpers;

    bool operator==(const RegistriesConf&) const = default;
};

// FILE names it in failures. Refuses with invalid_configuration, naming the line, as it does version 1.
Result<RegistriesConf> parse_registries_conf(std::string_view toml, std::string_view file);

// What a later file says replaces what was said: lists as a whole, rules and aliases one by one.
void merge(RegistriesConf& into, RegistriesConf later);

// The rule with the longest prefix that is for this image; nullptr where none is.
const RegistryRule* find_rule(const RegistriesConf& conf, const Reference& reference);

// One place to get an image from.
struct Endpoint {
    std::string host;       // "registry-1.docker.io", "host:5000"
    std::string repository; // as this host names it
    // No certificate is asked for, and plain HTTP will do.
    bool is_insecure = false;
    bool is_mirror = false;
    MirrorUse use = MirrorUse::all;
    // Under which host credentials and certificates are kept: "docker.io".
    std::string domain;

    bool operator==(const Endpoint&) const = default;
};

// The mirrors in their order, and the registry behind them. The loopback's registries are insecure unless a
// rule says otherwise. Refuses with registry_blocked, or with invalid_configuration where a location and the
// rest of the name make no name.
Result<std::vector<Endpoint>> endpoints_of(const RegistriesConf& conf, const Reference& reference);

// The registry itself that this image's name begins with, with no repository: where one logs in, and what is
// searched. Refuses with registry_blocked.
Result<Endpoint> registry_of(const RegistriesConf& conf, const Reference& reference);

// What a name may mean. A name with a registry means itself; a short one its alias or, without one, an image
// at each of the registries to search, or at docker.io.
struct Candidates {
    std::vector<Reference> references;
    // Which one is meant has to be asked for, or refused.
    bool must_ask = false;
};
Result<Candidates> candidates_of(const RegistriesConf& conf, std::string_view text);

// "localhost", 127.0.0.0/8 or [::1], with or without a port.
bool is_loopback(std::string_view host);

} // namespace slipway::oci
