// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires, listening sockets and times of the command line: understood or refused by a UsageError, and what is
// understood has its parts.
#include "arguments/options.hpp"
#include "base/time_span.hpp"
#include "slipway/listeners.hpp"
#include "slipway/wires.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto span = parse_time_span(text); span.has_value())
        fuzz::require(span.value().count() > 0);
    try {
        const client::WireSettings wire = cli::parse_wire(text);
        fuzz::require(!wire.target.empty() && wire.target_port != 0);
    } catch (const cli::UsageError&) {
    }
    try {
        const client::ListenerSettings listener = cli::parse_listener(text);
        fuzz::require(!listener.address.empty() && listener.target_port.value_or(1) != 0);
    } catch (const cli::UsageError&) {
    }
    return 0;
}
