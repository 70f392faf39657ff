// SPDX-License-Identifier: LGPL-2.1-or-later
// What a RegistriesConf means for an image: rules, mirrors, short names.
#include "oci/place_name.hpp"
#include "oci/registries_conf.hpp"

#include <algorithm>

namespace slipway::oci {

namespace {

// What of NAME is behind PREFIX, if that is a whole part of it.
bool is_under(std::string_view name, std::string_view prefix)
{
    return name.starts_with(prefix) && (name.size() == prefix.size() || name[prefix.size()] == '/' ||
                                        name[prefix.size()] == ':' || name[prefix.size()] == '@');
}

bool is_for(const RegistryRule& rule, const Reference& reference)
{
    if (!rule.prefix.starts_with("*."))
        return is_under(reference.canonical(), rule.prefix);
    const std::string_view suffix = std::string_view{rule.prefix}.substr(1);
    return reference.domain.size() > suffix.size() && reference.domain.ends_with(suffix);
}

// Longer prefixes come first; a host's own one before a wildcard as long.
std::size_t weight_of(const RegistryRule& rule)
{
    return rule.prefix.size() * 2 + (rule.prefix.starts_with("*.") ? 0 : 1);
}

Result<Endpoint> endpoint_at(std::string_view location, const RegistryRule& rule, const Reference& reference)
{
    // What the prefix of the name becomes. A wildcard's stands for the host.
    const std::string name = reference.domain + "/" + reference.path;
    const std::string_view prefix =
        rule.prefix.starts_with("*.") ? std::string_view{reference.domain} : std::string_view{rule.prefix};
    const std::string_view rest = std::string_view{name}.substr(std::min(prefix.size(), name.size()));
    const std::string whole = std::string{location.empty() ? prefix : location} + std::string{rest};
    const Result<Reference> moved = parse_reference(whole);
    if (!moved || whole.find('/') == std::string::npos)
        return Failure{ErrorCode::invalid_configuration,
                       "registries.conf makes " + whole + " of " + name + ", which is no name of an image"};
    // The location of a mirror is a host even where it looks like a path.
    const std::size_t slash = whole.find('/');
    Endpoint endpoint;
    endpoint.domain = whole.substr(0, slash);
    endpoint.repository = whole.substr(slash + 1);
    // A prefix may be a whole reference; its tag is no part of a repository.
    endpoint.repository.erase(std::min(endpoint.repository.find_first_of(":@"), endpoint.repository.size()));
    return endpoint;
}

Failure blocked(const RegistryRule& rule, const std::string& what)
{
    return Failure{ErrorCode::registry_blocked,
                   "registries.conf blocks " + rule.prefix + ", to which " + what + " belongs"};
}

std::string_view host_of(std::string_view place)
{
    return place.substr(0, place.find('/'));
}

void complete(Endpoint& endpoint)
{
    if (endpoint.domain == "index.docker.io")
        endpoint.domain = "docker.io";
    const bool is_docker = endpoint.domain == "docker.io";
    endpoint.host = is_docker ? "registry-1.docker.io" : endpoint.domain;
    if (is_docker && endpoint.repository.find('/') == std::string::npos)
        endpoint.repository.insert(0, "library/");
}

} // namespace

void merge(RegistriesConf& into, RegistriesConf later)
{
    if (later.search)
        into.search = std::move(later.search);
    for (RegistryRule& rule : later.rules) {
        const auto same =
            std::find_if(into.rules.begin(), into.rules.end(),
                         [&rule](const RegistryRule& old) { return old.prefix == rule.prefix; });
        if (same != into.rules.end())
            *same = std::move(rule);
        else
            into.rules.push_back(std::move(rule));
    }
    for (auto& [name, target] : later.aliases)
        into.aliases.insert_or_assign(name, std::move(target));
    if (later.short_names)
        into.short_names = later.short_names;
    if (later.credential_helpers)
        into.credential_helpers = std::move(later.credential_helpers);
}

const RegistryRule* find_rule(const RegistriesConf& conf, const Reference& reference)
{
    const RegistryRule* longest = nullptr;
    for (const RegistryRule& rule : conf.rules)
        if (is_for(rule, reference) && (longest == nullptr || weight_of(rule) > weight_of(*longest)))
            longest = &rule;
    return longest;
}

Result<std::vector<Endpoint>> endpoints_of(const RegistriesConf& conf, const Reference& reference)
{
    std::vector<Endpoint> endpoints;
    const RegistryRule* rule = find_rule(conf, reference);
    if (rule == nullptr) {
        Endpoint only;
        only.domain = reference.domain;
        only.repository = reference.path;
        complete(only);
        only.is_insecure = is_loopback(only.host);
        endpoints.push_back(std::move(only));
        return endpoints;
    }
    if (rule->is_blocked)
        return blocked(*rule, reference.familiar());
    for (const Mirror& mirror : rule->mirrors) {
        Result<Endpoint> endpoint = endpoint_at(mirror.location, *rule, reference);
        if (!endpoint)
            return endpoint.failure();
        Endpoint made = std::move(endpoint).value();
        complete(made);
        made.is_insecure = mirror.is_insecure || is_loopback(made.host);
        made.is_mirror = true;
        made.use = mirror.use;
        endpoints.push_back(std::move(made));
    }
    Result<Endpoint> itself = endpoint_at(rule->location, *rule, reference);
    if (!itself)
        return itself.failure();
    Endpoint made = std::move(itself).value();
    complete(made);
    made.is_insecure = rule->is_insecure || is_loopback(made.host);
    endpoints.push_back(std::move(made));
    return endpoints;
}

Result<Endpoint> registry_of(const RegistriesConf& conf, const Reference& reference)
{
    if (const RegistryRule* rule = find_rule(conf, reference); rule != nullptr && rule->is_blocked)
        return blocked(*rule, reference.domain);
    Endpoint endpoint;
    endpoint.domain = reference.domain;
    complete(endpoint);
    endpoint.repository.clear();
    endpoint.is_insecure = is_loopback(endpoint.host);
    // Whatever the name that leads there.
    for (const RegistryRule& rule : conf.rules) {
        if (host_of(rule.location) == reference.domain)
            endpoint.is_insecure = endpoint.is_insecure || rule.is_insecure;
        for (const Mirror& mirror : rule.mirrors)
            if (host_of(mirror.location) == reference.domain)
                endpoint.is_insecure = endpoint.is_insecure || mirror.is_insecure;
    }
    return endpoint;
}

Result<Candidates> candidates_of(const RegistriesConf& conf, std::string_view text)
{
    Result<Reference> plain = parse_reference(text);
    if (!plain)
        return plain.failure();
    const std::size_t slash = text.find('/');
    const std::string_view head = text.substr(0, slash);
    const bool is_short =
        slash == std::string_view::npos || (head.find_first_of(".:[") == std::string_view::npos &&
                                            head != "localhost" && plain.value().domain == "docker.io");
    if (!is_short)
        return Candidates{{std::move(plain).value()}, false};

    const std::string_view name = text.substr(0, text.find_first_of(":@"));
    const std::string_view suffix = text.substr(name.size());
    std::vector<std::string> names;
    if (const auto alias = conf.aliases.find(std::string{name});
        alias != conf.aliases.end() && !alias->second.empty())
        names.push_back(alias->second);
    else
        for (const std::string& host : conf.search.value_or(std::vector<std::string>{"docker.io"}))
            names.push_back(host + "/" + std::string{name});
    if (names.empty())
        return Failure{ErrorCode::invalid_reference,
                       "\"" + std::string{name} +
                           "\" names no registry, and registries.conf has none to search: write HOST/" +
                           std::string{name}};
    Candidates candidates;
    for (const std::string& full : names) {
        Result<Reference> reference = parse_reference(full + std::string{suffix});
        if (!reference)
            return reference.failure();
        candidates.references.push_back(std::move(reference).value());
    }
    candidates.must_ask = candidates.references.size() > 1 &&
                          conf.short_names.value_or(ShortNames::permissive) == ShortNames::enforcing;
    return candidates;
}

bool is_loopback(std::string_view host)
{
    if (host.starts_with("[::1]"))
        return host.size() == 5 || host[5] == ':';
    const std::string_view name = host.substr(0, host.find(':'));
    if (name == "localhost")
        return true;
    // 127.0.0.0/8, written out.
    unsigned dots = 0;
    for (const char c : name) {
        if (c != '.' && (c < '0' || c > '9'))
            return false;
        dots += c == '.' ? 1 : 0;
    }
    return dots == 3 && name.starts_with("127.");
}

} // namespace slipway::oci
