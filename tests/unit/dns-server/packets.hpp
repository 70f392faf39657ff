// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets: questions made for tests, and answers in a form that tests can name.
#pragma once

#include "dns-server/query.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::dns_server {

struct Question {
    std::string name;
    std::string type = "A";
    std::optional<Edns> edns = std::nullopt;
    std::uint16_t flags = LDNS_RD;
    std::uint16_t id = 4711;
    ldns_rr_class type_class = LDNS_RR_CLASS_IN;
};

std::string packet_of(const Question& question);

// "NOERROR aa rd ra", and the records as texts: "web.slipway.internal. 0 IN A 10.208.0.2".
struct Answer {
    std::uint16_t id = 0;
    std::string head;
    std::vector<std::string> question;
    std::vector<std::string> answer;
    std::vector<std::string> authority;
    std::vector<std::string> additional;
    std::optional<Edns> edns;
    std::uint16_t extended_code = 0;
    std::size_t size = 0;
};

// Throws std::runtime_error for what is no packet.
Answer parse_answer(std::string_view packet);

// An answer to QUERY, with these records as texts; negative ones with a SOA in AUTHORITY. EXTRA_FLAGS: as in
// the header's second 16 bits.
struct Said {
    std::vector<std::string> answer;
    std::vector<std::string> authority;
    std::vector<std::string> additional;
    std::uint8_t code = LDNS_RCODE_NOERROR;
    bool is_authentic = false;
    bool is_truncated = false;
    bool has_edns = true;
};
std::string answer_to(std::string_view query, const Said& said);

} // namespace slipway::dns_server
