// SPDX-License-Identifier: LGPL-2.1-or-later
// The conversation with slipway-registry: what is read is written, and read again, as the same.
#include "registry/messages.hpp"
#include "registry/target.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto target = registry::parse_target(text)) {
        const auto again = registry::parse_target(registry::to_json(target.value()));
        fuzz::require(again && again.value() == target.value());
    }
    try {
        const registry::Request request = registry::parse_request(text);
        fuzz::require(registry::parse_request(registry::to_json(request)) == request);
    } catch (const Failure&) { // NOLINT: refused
    }
    try {
        static_cast<void>(registry::parse_event(text));
    } catch (const Failure&) { // NOLINT: refused
    }
    return 0;
}
