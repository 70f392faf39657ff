// SPDX-License-Identifier: LGPL-2.1-or-later
// Connecting: configuration first.
#include "engine/image/connect.hpp"

#include "registry/certificates.hpp"
#include "registry/configuration.hpp"

#include <unistd.h>

namespace slipway::engine {

namespace {

std::vector<std::string> environment_here()
{
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.emplace_back(*variable);
    return environment;
}

async::Task<std::unique_ptr<registry::Agent>> open_agent(Workshop* workshop, registry::Target target)
{
    target.proxies = registry::proxies_of(environment_here());
    std::unique_ptr<registry::Agent> agent = registry::Agent::start(
        *workshop->loop, workshop->run_directory / "registry.sock", workshop->programs);
    async::Task<> opening = agent->open(std::move(target));
    co_await opening;
    co_return std::move(agent);
}

} // namespace

async::Task<std::unique_ptr<registry::Agent>> connect(Workshop* workshop, oci::Reference reference,
                                                      std::vector<oci::AuthFile> auths)
{
    const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
    async::Task<std::unique_ptr<registry::Agent>> opening = open_agent(
        workshop, registry::target_of(conf, reference, auths, registry::certificate_directories()));
    co_return co_await opening;
}

async::Task<std::unique_ptr<registry::Agent>> connect_to_registry(Workshop* workshop, std::string name,
                                                                  std::vector<oci::AuthFile> auths)
{
    const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
    async::Task<std::unique_ptr<registry::Agent>> opening = open_agent(
        workshop, registry::target_of_registry(conf, name, auths, registry::certificate_directories()));
    co_return co_await opening;
}

} // namespace slipway::engine
