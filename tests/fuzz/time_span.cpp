// SPDX-License-Identifier: LGPL-2.1-or-later
// Time spans as people write them: refused, or the same when they are written and read again.
#include "base/time_span.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const Result<Microseconds> span = parse_time_span(fuzz::text_of(data, size));
    if (!span.has_value())
        return 0;
    fuzz::require(span.value().count() >= 0);
    fuzz::require(parse_time_span(time_span_text(span.value())).value() == span.value());
    return 0;
}
