// SPDX-License-Identifier: LGPL-2.1-or-later
// Build: how a service's image is made (Compose specification, build.md).
#pragma once

#include "compose/resource_files.hpp"
#include "compose/resources.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::compose {

struct Build {
    std::string context;                        // an absolute path of the host, or a URL
    std::string dockerfile;                     // relative to the context, or absolute; empty: "Dockerfile"
    std::optional<std::string> dockerfile_text; // dockerfile_inline, in its place
    // Nothing: of the builder's environment.
    std::map<std::string, std::optional<std::string>> arguments;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> contexts; // further ones: name to path or URL
    std::vector<std::string> ssh;                // "default", or "ID=SOCKET"
    std::vector<std::string> cache_from;
    std::vector<std::string> cache_to;
    bool has_no_cache = false;
    bool pulls = false; // newer images to build from
    std::string network;
    std::string target; // a stage
    std::vector<std::string> tags;
    std::vector<std::string> platforms;
    std::vector<std::string> extra_hosts; // "HOST=ADDRESS"
    std::vector<std::string> entitlements;
    std::vector<Grant> secrets; // targets are names or paths
    std::map<std::string, Ulimit> ulimits;
    std::optional<std::uint64_t> shm_size; // bytes
    bool is_privileged = false;

    bool operator==(const Build&) const = default;
};

} // namespace slipway::compose
