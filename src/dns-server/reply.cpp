// SPDX-License-Identifier: LGPL-2.1-or-later
// Reply: read and written again by ldns, so that nothing but well-formed records gets through.
#include "dns-server/reply.hpp"

#include "dns-server/meta_records.hpp"
#include "dns-server/response.hpp"

#include <algorithm>
#include <cstdlib>
#include <ldns/host2wire.h>
#include <ldns/wire2host.h>
#include <utility>

namespace slipway::dns_server {

namespace {

constexpr std::uint32_t longest_lifetime = 3600;
constexpr std::size_t soa_ttl_field = 6;
constexpr std::size_t record_limit = 4096;

// RFC 2181, 8: what does not fit 31 bits is 0.
std::uint32_t sane(std::uint32_t ttl)
{
    return ttl > INT32_MAX ? 0 : ttl;
}

std::uint32_t shortest_ttl(const ldns_rr_list* list, std::uint32_t ttl)
{
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(list); ++at)
        ttl = std::min(ttl, sane(ldns_rr_ttl(ldns_rr_list_rr(list, at))));
    return ttl;
}

// What says how long nothing is to be believed (RFC 2308, 5).
const ldns_rr* find_soa(const ldns_rr_list* authority)
{
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(authority); ++at) {
        const ldns_rr* const record = ldns_rr_list_rr(authority, at);
        if (ldns_rr_get_type(record) == LDNS_RR_TYPE_SOA && ldns_rr_rd_count(record) > soa_ttl_field)
            return record;
    }
    return nullptr;
}

std::uint32_t lifetime_of(const ldns_pkt& packet, std::uint16_t code)
{
    if (code != LDNS_RCODE_NOERROR && code != LDNS_RCODE_NXDOMAIN)
        return 0;
    const ldns_rr* const soa = find_soa(ldns_pkt_authority(&packet));
    const bool is_negative = code == LDNS_RCODE_NXDOMAIN || ldns_pkt_ancount(&packet) == 0;
    if (is_negative && soa == nullptr)
        return 0;
    std::uint32_t ttl = longest_lifetime;
    for (const ldns_rr_list* const list :
         {ldns_pkt_answer(&packet), ldns_pkt_authority(&packet), ldns_pkt_additional(&packet)})
        ttl = shortest_ttl(list, ttl);
    if (soa != nullptr)
        ttl = std::min(ttl, sane(ldns_rdf2native_int32(ldns_rr_rdf(soa, soa_ttl_field))));
    return ttl;
}

// EDNS is between neighbours: theirs is not told on.
void strip_edns(ldns_pkt& packet)
{
    packet._edns_present = 0;
    packet._edns_udp_size = 0;
    packet._edns_extended_rcode = 0;
    packet._edns_version = 0;
    packet._edns_z = 0;
    ldns_rdf_deep_free(std::exchange(packet._edns_data, nullptr));
    ldns_edns_option_list_deep_free(std::exchange(packet._edns_list, nullptr));
}

std::uint16_t number_at(std::string_view bytes, std::size_t at)
{
    return ldns_read_uint16(wire_of(bytes) + at);
}

std::size_t end_of_name(std::string_view bytes, std::size_t begin)
{
    ldns_rdf* name = nullptr;
    std::size_t end = begin;
    ldns_wire2dname(&name, wire_of(bytes), bytes.size(), &end);
    ldns_rdf_deep_free(name);
    return end;
}

// Of bytes that ldns has written.
std::vector<std::uint16_t> find_ttls(std::string_view bytes)
{
    std::vector<std::uint16_t> ttls;
    std::size_t at = end_of_name(bytes, header_size) + 4;
    while (at < bytes.size()) {
        at = end_of_name(bytes, at);
        ttls.push_back(static_cast<std::uint16_t>(at + 4));
        at += 10U + number_at(bytes, at + 8);
    }
    return ttls;
}

void put_count(std::string& bytes, std::size_t at, std::uint16_t count)
{
    bytes[at] = static_cast<char>(count >> 8U);
    bytes[at + 1] = static_cast<char>(count & 0xffU);
}

bool is_one_answer(std::string_view bytes)
{
    if (bytes.size() < header_size)
        return false;
    const std::uint8_t* const wire = wire_of(bytes);
    const std::size_t records = std::size_t{LDNS_ANCOUNT(wire)} + LDNS_NSCOUNT(wire) + LDNS_ARCOUNT(wire);
    return LDNS_QR_WIRE(wire) && LDNS_OPCODE_WIRE(wire) == LDNS_PACKET_QUERY && LDNS_QDCOUNT(wire) == 1 &&
           records <= record_limit && !has_several_meta_records(bytes);
}

void put_ttl(std::string& bytes, std::size_t at, std::uint32_t ttl)
{
    for (unsigned byte = 0; byte < 4; ++byte)
        bytes[at + byte] = static_cast<char>(ttl >> (24U - 8U * byte) & 0xffU);
}

} // namespace

std::optional<Reply> parse_reply(std::string_view bytes, Clock::time_point came)
{
    if (!is_one_answer(bytes))
        return std::nullopt;
    ldns_pkt* read = nullptr;
    const ldns_status status = ldns_wire2pkt(&read, wire_of(bytes), bytes.size());
    const PacketHandle packet{read};
    if (status != LDNS_STATUS_OK)
        return std::nullopt;
    Reply reply;
    reply.came = came;
    reply.code = static_cast<std::uint16_t>(ldns_pkt_get_rcode(packet.get()) |
                                            ldns_pkt_edns_extended_rcode(packet.get()) << 4U);
    reply.is_authentic = ldns_pkt_ad(packet.get());
    reply.is_truncated = ldns_pkt_tc(packet.get());
    if (!reply.is_truncated)
        reply.lifetime = std::chrono::seconds{lifetime_of(*packet, reply.code)};
    strip_edns(*packet);
    std::uint8_t* wire = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&wire, packet.get(), &size) != LDNS_STATUS_OK || size > UINT16_MAX)
        return std::nullopt;
    const std::unique_ptr<std::uint8_t, ReleaseBy<&std::free>> owner{wire};
    reply.bytes.assign(wire, wire + size);
    reply.ttls = find_ttls(reply.bytes);
    return reply;
}

std::string tell_on(const Reply& reply, const Query& query, Clock::time_point now, std::size_t limit)
{
    // Its beginning is that of an empty answer; what follows is the resolver's.
    std::string head = refusal(query, reply.code);
    const std::size_t question = header_size + query.asked.size() + 4;
    const std::string_view edns = std::string_view{head}.substr(question);
    if (reply.bytes.size() + edns.size() > limit) {
        head[2] = static_cast<char>(head[2] | LDNS_TC_MASK);
        return head;
    }
    std::string answer = head.substr(0, question) + reply.bytes.substr(question);
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - reply.came).count();
    for (const std::uint16_t at : reply.ttls) {
        const std::uint32_t ttl = sane(ldns_read_uint32(wire_of(answer) + at));
        put_ttl(answer, at, ttl > age ? static_cast<std::uint32_t>(ttl - age) : 0);
    }
    std::copy_n(reply.bytes.begin() + 6, 6, answer.begin() + 6); // the counts
    if (!edns.empty())
        put_count(answer, 10, static_cast<std::uint16_t>(number_at(answer, 10) + 1));
    const bool wants_authentic = query.wants_authentic || (query.edns && query.edns->wants_dnssec);
    if (reply.is_authentic && wants_authentic)
        answer[3] = static_cast<char>(answer[3] | LDNS_AD_MASK);
    return answer + std::string{edns};
}

} // namespace slipway::dns_server
