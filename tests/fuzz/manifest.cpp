// SPDX-License-Identifier: LGPL-2.1-or-later
// What is read is written, and read again, as the same.
#include "oci/manifest.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    if (const auto first = oci::parse_manifest(fuzz::text_of(data, size))) {
        const auto second = oci::parse_manifest(oci::to_json(first.value()));
        fuzz::require(second && second.value() == first.value());
    }
    return 0;
}
