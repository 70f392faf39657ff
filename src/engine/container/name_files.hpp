// SPDX-License-Identifier: LGPL-2.1-or-later
// Name files: /etc/hosts, /etc/hostname and /etc/resolv.conf of a container (hosts(5), resolv.conf(5)).
#pragma once

#include "base/ip_address.hpp"
#include "engine/container/settings.hpp"
#include "oci/runtime_config.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

inline constexpr const char* name_domain = "slipway.internal";

struct NameFiles {
    std::string hosts;
    std::string hostname;
    std::string resolv_conf;
};

// What a container's networks give it.
struct NameGround {
    std::vector<IpAddress> addresses; // its own
    std::vector<IpAddress> servers;   // the gateways, which answer for names
    std::optional<IpAddress> host;    // by which it reaches the host: "host-gateway"
    // The host's own files, for a container without networks of its own.
    std::string hosts_of_host;
    std::string resolv_conf_of_host;
};

// NAME: the container's. Throws Failure{invalid_argument}.
NameFiles name_files(const ContainerSpec& spec, const std::string& name, const NameGround& ground);

// Written to DIRECTORY, which is made; they belong to OWNER. The mounts that show them.
std::vector<oci::Mount> place(const NameFiles& files, const std::filesystem::path& directory, uid_t owner);
// /etc/hosts of one that runs: the same file, since it is mounted.
void rewrite_hosts(const std::string& text, const std::filesystem::path& directory);
// The mounts that show those of another container's.
std::vector<oci::Mount> mounts_of_name_files(const std::filesystem::path& directory);

} // namespace slipway::engine
