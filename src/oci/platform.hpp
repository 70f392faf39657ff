// SPDX-License-Identifier: LGPL-2.1-or-later
// Platform: what an image is made for, "linux/arm64/v8", and which of them a machine can run (OCI image
// specification, image-index.md; the names are Go's).
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

struct Platform {
    std::string os;
    std::string architecture;
    std::string variant; // empty: the architecture's usual one
    std::string os_version;

    // "linux/arm/v7".
    std::string text() const;
    bool operator==(const Platform&) const = default;
};

// As a user writes it: OS/ARCHITECTURE[/VARIANT], or ARCHITECTURE[/VARIANT] alone. Other projects' names are
// understood ("x86_64", "aarch64", "armhf"). Refuses with invalid_argument.
Result<Platform> parse_platform(std::string_view text);

// With Go's names, and no variant that says only what is usual.
Platform normalized(Platform platform);

// Of a machine as uname(2) names it, which runs Linux.
Platform platform_of_machine(std::string_view machine);

// How well a machine of the platform WANTED runs what is made for OFFERED: 0 is made for it, more is further
// off, as a 32-bit one on a 64-bit machine; nothing: not at all.
std::optional<unsigned> rank(const Platform& wanted, const Platform& offered);

} // namespace slipway::oci
