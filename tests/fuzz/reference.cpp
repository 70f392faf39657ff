// SPDX-License-Identifier: LGPL-2.1-or-later
// Both ways of writing a reference mean the same.
#include "oci/reference.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    if (const auto first = oci::parse_reference(fuzz::text_of(data, size))) {
        const auto full = oci::parse_reference(first.value().canonical());
        fuzz::require(full && full.value() == first.value());
        const auto familiar = oci::parse_reference(first.value().familiar());
        fuzz::require(familiar && familiar.value() == first.value());
    }
    return 0;
}
