// SPDX-License-Identifier: LGPL-2.1-or-later
// Every packet of docs/protocols.md, by every reader.
#include "client/session.hpp"
#include "monitor/messages.hpp"
#include "sandbox/request.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string text{fuzz::text_of(data, size)};
    static_cast<void>(monitor::parse_engine_request(text));
    static_cast<void>(monitor::parse_session_request(text));
    static_cast<void>(monitor::parse_launcher_event(text));
    static_cast<void>(monitor::parse_hooks(text));
    static_cast<void>(client::parse_session_event(text));
    try {
        sandbox::parse_request(text);
    } catch (const Failure&) {
        return 0;
    }
    return 0;
}
