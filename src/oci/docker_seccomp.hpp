// SPDX-License-Identifier: LGPL-2.1-or-later
// Seccomp profiles as docker and podman have them in files: the OCI policy, and conditions on where it
// counts.
#pragma once

#include "base/result.hpp"
#include "oci/seccomp_policy.hpp"

#include <set>
#include <string>
#include <string_view>

namespace slipway::oci {

// Where a profile is to be used.
struct SeccompPlace {
    std::set<std::string, std::less<>> capabilities; // of the bounding set
    std::string architecture;                        // docker's word: "amd64"
    unsigned kernel_major = 0;
    unsigned kernel_minor = 0;
};

// The policy that PROFILE is in PLACE; a plain OCI policy is one too. Refuses with invalid_argument and the
// place in the document: "seccomp.syscalls[3].action: is missing".
Result<Seccomp> parse_docker_seccomp(std::string_view profile, const SeccompPlace& place);

// Docker's word for the machine of uname(2): "x86_64" is "amd64".
std::string docker_architecture(std::string_view machine);

} // namespace slipway::oci
