// SPDX-License-Identifier: LGPL-2.1-or-later
// Header fields that registries answer with: the next page (RFC 8288), the part of a content (RFC 9110,
// section 14), the time to wait, the digest.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

// The target of rel="next"; nothing where the header has none or does not follow the grammar.
std::optional<std::string> parse_next_link(std::string_view header);

struct ContentRange {
    std::uint64_t first;
    std::uint64_t last;                 // inclusive
    std::optional<std::uint64_t> total; // nothing for "*"

    bool operator==(const ContentRange&) const = default;
};

// Content-Range: "bytes 5-9/10".
std::optional<ContentRange> parse_content_range(std::string_view header);

// Range as an upload's state has it, "0-99" or "bytes=0-99": how many bytes the registry has.
std::optional<std::uint64_t> parse_upload_range(std::string_view header);

// Retry-After, in seconds or as a date; NOW is compared with the date. Nothing where it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view header, std::int64_t now);

// A media type without its parameters, in lower case.
std::string parse_media_type(std::string_view header);

} // namespace slipway::oci
