// SPDX-License-Identifier: LGPL-2.1-or-later
// Surroundings: what a payload finds around it beyond the defaults; as a caller writes it, and kept so.
#pragma once

#include "base/json.hpp"
#include "oci/runtime_config.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace slipway::engine {

struct Surroundings {
    bool has_read_only_root = false;
    std::uint64_t shm_size = 0;       // bytes of /dev/shm; 0: the usual
    std::vector<std::string> ulimits; // "nofile=1024[:2048]", "unlimited" or -1 for none
    std::vector<std::string> groups;  // besides the user's own: names of the image's, or numbers
    std::map<std::string, std::string> sysctls;
    std::string oom_score_adjust; // -1000 to 1000; empty: as it comes
    std::string domainname;
    std::vector<std::string> host_namespaces; // shared with the host: "cgroup", "ipc", "pid", "uts"
};

// Throws Failure{invalid_argument}.
void check_surroundings(const Surroundings& wish);

// Into a CONFIG with a process and the default mounts and namespaces.
void apply(const Surroundings& wish, oci::RuntimeConfig& config);

// For nlohmann's library.
void to_json(Json& json, const Surroundings& wish);
void from_json(const Json& json, Surroundings& wish);

} // namespace slipway::engine
