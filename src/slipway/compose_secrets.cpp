// SPDX-License-Identifier: LGPL-2.1-or-later
// A project's secrets and configs: read from where the files say, and kept under the group's name.
#include "slipway/compose_secrets.hpp"

#include "base/file.hpp"
#include "client/manager.hpp"

#include <cstring>
#include <set>

namespace slipway::cli {

namespace {

constexpr std::size_t most_bytes_of_one = 1U << 20U;

std::string value_of(const compose::FileResource& resource, const std::string& what)
{
    if (resource.content)
        return *resource.content;
    if (!resource.environment.empty()) {
        if (!resource.value)
            throw Failure{ErrorCode::invalid_configuration,
                          what + ": the variable " + resource.environment + " is not set"};
        return *resource.value;
    }
    try {
        return read_file(resource.file, most_bytes_of_one);
    } catch (const Failure& failure) {
        throw failure.within(what);
    }
}

void bring_one(Context& context, const compose::Project& project, const compose::FileResource& resource,
               const std::string& name, const std::string& what)
{
    std::string value = value_of(resource, what);
    const Fd memory = make_memory_file("secret", value);
    ::explicit_bzero(value.data(), value.size());
    client::Manager manager{context.engine()};
    context.await(
        manager.create_secret(name, memory.number(), client::Manager::Presence::replaced, project.name));
}

} // namespace

std::string stored_secret_name(const compose::Secret& secret)
{
    return secret.name;
}

std::string stored_config_name(const compose::Config& config)
{
    return config.is_external ? config.name : config.name + ".config";
}

void bring_secrets(Context& context, const compose::Project& project)
{
    std::set<std::string> secrets;
    std::set<std::string> configs;
    for (const auto& [name, service] : project.services) {
        if (!service.is_enabled)
            continue;
        for (const compose::Grant& grant : service.secrets)
            secrets.insert(grant.source);
        for (const compose::Grant& grant : service.configs)
            configs.insert(grant.source);
    }
    for (const std::string& key : secrets)
        if (const compose::Secret& secret = project.secrets.at(key); !secret.is_external)
            bring_one(context, project, secret, stored_secret_name(secret), "secrets." + key);
    for (const std::string& key : configs)
        if (const compose::Config& config = project.configs.at(key); !config.is_external)
            bring_one(context, project, config, stored_config_name(config), "configs." + key);
}

} // namespace slipway::cli
