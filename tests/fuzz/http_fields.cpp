// SPDX-License-Identifier: LGPL-2.1-or-later
// One header, by each reader of headers.
#include "oci/http_fields.hpp"

#include "oci/challenge.hpp"
#include "oci/platform.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto challenges = oci::parse_challenges(text))
        for (const oci::Challenge& challenge : *challenges)
            fuzz::require(!challenge.scheme.empty());
    static_cast<void>(oci::parse_next_link(text));
    if (const auto range = oci::parse_content_range(text))
        fuzz::require(range->first <= range->last && (!range->total || range->last < *range->total));
    static_cast<void>(oci::parse_upload_range(text));
    if (const auto wait = oci::parse_retry_after(text, 1'700'000'000))
        fuzz::require(wait->count() >= 0 && wait->count() <= 86'400);
    static_cast<void>(oci::parse_media_type(text));
    if (const auto platform = oci::parse_platform(text)) {
        const auto again = oci::parse_platform(platform.value().text());
        fuzz::require(again && again.value() == platform.value());
    }
    return 0;
}
