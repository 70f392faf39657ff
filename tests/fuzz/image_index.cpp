// SPDX-License-Identifier: LGPL-2.1-or-later
// What is read is written, and read again, as the same; a choice is one of its entries.
#include "oci/image_index.hpp"

#include "target.hpp"

#include <algorithm>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    static_cast<void>(oci::kind_of("", text));
    const auto first = oci::parse_image_index(text);
    if (!first)
        return 0;
    const auto second = oci::parse_image_index(oci::to_json(first.value()));
    fuzz::require(second && second.value() == first.value());
    for (const char* machine : {"x86_64", "aarch64", "armv6l"})
        if (const auto chosen = oci::choose(first.value(), oci::platform_of_machine(machine)))
            fuzz::require(
                std::any_of(first.value().entries.begin(), first.value().entries.end(),
                            [&chosen](const auto& entry) { return entry.descriptor == chosen.value(); }));
    return 0;
}
