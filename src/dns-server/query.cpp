// SPDX-License-Identifier: LGPL-2.1-or-later
// Query: read by ldns, once its counts are those of a question.
#include "dns-server/query.hpp"

#include "dns-server/meta_records.hpp"
#include "dns-server/name.hpp"

#include <algorithm>
#include <ldns/wire2host.h>

namespace slipway::dns_server {

namespace {

constexpr std::size_t smallest_payload = 512;
constexpr unsigned additional_limit = 2; // OPT, and a signature that we do not check

// Types that are no data: OPT, and those of transfers and keys (RFC 6895, 3.1); ANY is one that we answer.
bool is_data(ldns_rr_type type)
{
    return type != 0 && type != LDNS_RR_TYPE_OPT && (type < 128 || type > 254);
}

bool has_counts_of_query(const std::uint8_t* wire)
{
    return LDNS_QDCOUNT(wire) == 1 && LDNS_ANCOUNT(wire) == 0 && LDNS_NSCOUNT(wire) == 0 &&
           LDNS_ARCOUNT(wire) <= additional_limit;
}

std::uint16_t judge(const Query& query, const ldns_pkt& packet)
{
    if (query.edns && ldns_pkt_edns_version(&packet) != 0)
        return bad_version;
    if (query.type_class != LDNS_RR_CLASS_IN || !is_data(query.type))
        return LDNS_RCODE_REFUSED;
    return LDNS_RCODE_NOERROR;
}

void take_packet(const ldns_pkt& packet, Query& query)
{
    const ldns_rr& question = *ldns_rr_list_rr(ldns_pkt_question(&packet), 0);
    query.asked = bytes_of(*ldns_rr_owner(&question));
    query.name = lower_case(query.asked);
    query.type = ldns_rr_get_type(&question);
    query.type_class = ldns_rr_get_class(&question);
    query.wants_authentic = ldns_pkt_ad(&packet);
    if (ldns_pkt_edns(&packet))
        query.edns = Edns{ldns_pkt_edns_udp_size(&packet), ldns_pkt_edns_do(&packet)};
    query.verdict = judge(query, packet);
}

} // namespace

std::size_t Query::limit() const
{
    if (!edns)
        return smallest_payload;
    return std::clamp<std::size_t>(edns->payload, smallest_payload, datagram_limit);
}

std::optional<Query> parse_query(std::string_view bytes)
{
    const std::uint8_t* const wire = wire_of(bytes);
    if (bytes.size() < header_size || LDNS_QR_WIRE(wire))
        return std::nullopt;
    Query query;
    query.id = LDNS_ID_WIRE(wire);
    query.opcode = static_cast<std::uint8_t>(LDNS_OPCODE_WIRE(wire));
    query.wants_recursion = LDNS_RD_WIRE(wire) != 0;
    query.disables_checking = LDNS_CD_WIRE(wire) != 0;
    if (query.opcode != LDNS_PACKET_QUERY) {
        query.verdict = LDNS_RCODE_NOTIMPL;
        return query;
    }
    query.verdict = LDNS_RCODE_FORMERR;
    if (!has_counts_of_query(wire) || has_several_meta_records(bytes))
        return query;
    ldns_pkt* read = nullptr;
    const ldns_status status = ldns_wire2pkt(&read, wire, bytes.size());
    const PacketHandle packet{read};
    if (status == LDNS_STATUS_OK)
        take_packet(*packet, query);
    return query;
}

} // namespace slipway::dns_server
