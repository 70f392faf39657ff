// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageConfig: what an image says of itself and of its containers' defaults (OCI image specification,
// config.md).
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

inline constexpr std::string_view image_config_media_type = "application/vnd.oci.image.config.v1+json";

struct HistoryEntry {
    std::string created; // RFC 3339, may be empty
    std::string created_by;
    std::string author;
    std::string comment;
    bool empty_layer = false;

    bool operator==(const HistoryEntry&) const = default;
};

// How to find out whether a container does what it is for. Not of the OCI specification: docker's, which
// others keep too.
struct Healthcheck {
    std::vector<std::string> test; // {"NONE"}, {"CMD", word…} or {"CMD-SHELL", line}
    std::uint64_t interval = 0;    // nanoseconds, as all of these; 0: the engine's default
    std::uint64_t timeout = 0;
    std::uint64_t start_period = 0;
    std::uint64_t start_interval = 0;
    std::uint64_t retries = 0; // 0: the engine's default

    bool operator==(const Healthcheck&) const = default;
};

struct ImageConfig {
    std::string architecture; // as Go names it: "amd64"
    std::string variant;
    std::string os;
    std::string created; // RFC 3339, may be empty
    std::string author;

    std::string user;                    // "name:group", as the launcher's "user"
    std::set<std::string> exposed_ports; // "80/tcp"
    std::vector<std::string> env;        // "NAME=value"
    std::vector<std::string> entrypoint;
    std::vector<std::string> cmd;
    std::set<std::string> volumes;
    std::string working_dir;
    std::map<std::string, std::string> labels;
    std::string stop_signal; // "SIGTERM"; empty: the engine's default
    std::optional<Healthcheck> healthcheck;
    std::vector<std::string> on_build; // instructions of a Dockerfile, for images that are built on this one

    std::vector<Digest> diff_ids; // of the uncompressed layers, lowest first
    std::vector<HistoryEntry> history;

    bool operator==(const ImageConfig&) const = default;
};

// Refuses with invalid_argument what is no JSON or whose members have other types. Unknown members are left
// out.
Result<ImageConfig> parse_image_config(std::string_view json);

// Canonical: members sorted, no blanks, empty ones left out; equal configurations have equal texts.
// Text that is not UTF-8 throws Failure{invalid_argument}.
std::string to_json(const ImageConfig& config);

// The architecture as Go and images name it for what uname(2) calls MACHINE: "x86_64" → "amd64".
std::string architecture_of(std::string_view machine);

// "2024-05-01T12:00:00.123456Z".
std::string rfc3339(RealTime time);

} // namespace slipway::oci
