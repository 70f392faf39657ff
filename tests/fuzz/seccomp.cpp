// SPDX-License-Identifier: LGPL-2.1-or-later
// Docker's seccomp profiles.
#include "oci/docker_seccomp.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const oci::SeccompPlace place{{"CAP_SYS_ADMIN"}, "amd64", 6, 1};
    static_cast<void>(oci::parse_docker_seccomp(fuzz::text_of(data, size), place));
    return 0;
}
