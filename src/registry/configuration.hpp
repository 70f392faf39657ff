// SPDX-License-Identifier: LGPL-2.1-or-later
// Configuration: the files that say where images come from and who one is there, read and put together.
#pragma once

#include "oci/auth_file.hpp"
#include "oci/registries_conf.hpp"
#include "registry/target.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::registry {

// FILE, then the *.conf of FILE.d in the order of their names, each on top of the ones before. What is not
// there says nothing. Throws Failure: invalid_configuration, io_error.
oci::RegistriesConf read_registries_conf(const std::filesystem::path& file);

// /etc/slipway/registries.conf, or /etc/containers/registries.conf where there is none.
std::filesystem::path registries_conf_file();

// Where a user's credentials are, in the order they are asked: $REGISTRY_AUTH_FILE alone; else podman's
// (containers/auth.json in $XDG_RUNTIME_DIR, and in $XDG_CONFIG_HOME or ~/.config), docker's
// ($DOCKER_CONFIG/config.json or ~/.docker/config.json). Without $XDG_RUNTIME_DIR podman's first one is
// /run/containers/USER/auth.json. ENVIRONMENT: "NAME=value".
std::vector<std::filesystem::path> auth_files(const std::vector<std::string>& environment, uid_t user);

// The whole target of an image: its places, and for each its certificates, and its credentials of the first
// of AUTHS that has any. Throws Failure as its parts do.
Target target_of(const oci::RegistriesConf& conf, const oci::Reference& reference,
                 const std::vector<oci::AuthFile>& auths,
                 const std::vector<std::filesystem::path>& directories);

// The registry that NAME ("host[:port][/path]") begins with, with no repository, and nobody's credentials but
// those of AUTHS for all of NAME. Throws Failure as above; invalid_argument for what is no registry's name.
Target target_of_registry(const oci::RegistriesConf& conf, const std::string& name,
                          const std::vector<oci::AuthFile>& auths,
                          const std::vector<std::filesystem::path>& directories);

} // namespace slipway::registry
