// SPDX-License-Identifier: LGPL-2.1-or-later
// What is read is written, and read again, as the same.
#include "oci/runtime_config.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    if (const auto first = oci::parse_runtime_config(fuzz::text_of(data, size))) {
        const std::string written = oci::to_json(first.value());
        const auto second = oci::parse_runtime_config(written);
        fuzz::require(second && oci::to_json(second.value()) == written);
    }
    return 0;
}
