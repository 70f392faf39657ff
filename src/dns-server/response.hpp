// SPDX-License-Identifier: LGPL-2.1-or-later
// Response: an answer of our own in the making.
#pragma once

#include "dns-server/query.hpp"

#include <string>
#include <string_view>

namespace slipway::dns_server {

class Response {
  public:
    Response(const Query& query, std::uint16_t code);

    void set_code(std::uint16_t code);
    void set_authoritative();
    // RECORD under another name: the asker's own spelling, or one without our zone.
    void add(ldns_pkt_section section, const ldns_rr& record, std::string_view owner);
    void add(ldns_pkt_section section, const ldns_rr& record);

    // On the wire, in LIMIT bytes: without the additional section if that helps, else truncated (TC).
    std::string bytes(std::size_t limit);

  private:
    void push(ldns_pkt_section section, RecordHandle record);
    void clear(ldns_pkt_section section);
    std::string compose() const;

    PacketHandle packet_;
    std::uint8_t opcode_;
};

// An answer that is nothing but a code.
std::string refusal(const Query& query, std::uint16_t code);

} // namespace slipway::dns_server
