// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties of units as people write them: refused, or of a section.
#include "placement/unit_property.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    try {
        const placement::UnitProperty property = placement::parse_unit_property(text);
        fuzz::require(!property.key.empty());
        placement::section_of(text);
        fuzz::require(placement::parse_unit_property(text) == property);
    } catch (const Failure& failure) {
        fuzz::require(failure.code() == ErrorCode::invalid_argument);
    }
    return 0;
}
