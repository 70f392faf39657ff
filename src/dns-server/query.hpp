// SPDX-License-Identifier: LGPL-2.1-or-later
// Query: a question that somebody has sent (RFC 1035, 4.1; EDNS: RFC 6891).
#pragma once

#include "dns-server/ldns.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::dns_server {

// BADVERS, which is longer than the header's four bits (RFC 6891, 9).
inline constexpr std::uint16_t bad_version = 16;

inline constexpr std::size_t header_size = 12;
// What we send by UDP at most: it passes everywhere in one piece.
inline constexpr std::uint16_t datagram_limit = 1232;

struct Edns {
    std::uint16_t payload = 0; // what the asker takes by UDP
    bool wants_dnssec = false; // DO
};

struct Query {
    std::uint16_t id = 0;
    std::uint8_t opcode = LDNS_PACKET_QUERY; // any of the sixteen: ldns has no names for some
    // A response code other than NOERROR: there is nothing to be looked up.
    std::uint16_t verdict = LDNS_RCODE_NOERROR;
    std::string asked; // the name as the asker writes it, on the wire; empty where nobody could read it
    std::string name;  // the same in lower case
    ldns_rr_type type = LDNS_RR_TYPE_A;
    ldns_rr_class type_class = LDNS_RR_CLASS_IN;
    bool wants_recursion = false;   // RD
    bool wants_authentic = false;   // AD
    bool disables_checking = false; // CD
    std::optional<Edns> edns;

    // The size of an answer by UDP.
    std::size_t limit() const;
};

// Nothing for what is not to be answered at all: an answer, or less than a header.
std::optional<Query> parse_query(std::string_view packet);

} // namespace slipway::dns_server
