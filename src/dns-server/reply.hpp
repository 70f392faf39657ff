// SPDX-License-Identifier: LGPL-2.1-or-later
// Reply: what the host's resolver says, checked, and told on to whoever asked.
#pragma once

#include "dns-server/query.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::dns_server {

using Clock = std::chrono::steady_clock;

struct Reply {
    std::string bytes;                // without EDNS
    std::vector<std::uint16_t> ttls;  // where in them
    std::uint16_t code = 0;           // the whole of it, EDNS's part included
    bool is_authentic = false;        // AD
    bool is_truncated = false;        // TC
    std::chrono::seconds lifetime{0}; // how long it may be kept; 0 for what may not
    Clock::time_point came;
};

using ReplyRef = std::shared_ptr<const Reply>;

// Nothing for what is no answer to one question, or cannot be read.
std::optional<Reply> parse_reply(std::string_view packet, Clock::time_point came);

// The answer to QUERY, which asks what REPLY answers, with times to live as they are at NOW; in LIMIT bytes,
// or truncated.
std::string tell_on(const Reply& reply, const Query& query, Clock::time_point now, std::size_t limit);

} // namespace slipway::dns_server
