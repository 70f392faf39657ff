// SPDX-License-Identifier: LGPL-2.1-or-later
// What is read is written, and read again, as the same.
#include "oci/image_config.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    if (const auto first = oci::parse_image_config(fuzz::text_of(data, size))) {
        const auto second = oci::parse_image_config(oci::to_json(first.value()));
        fuzz::require(second && second.value() == first.value());
    }
    return 0;
}
