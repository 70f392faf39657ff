// SPDX-License-Identifier: LGPL-2.1-or-later
// Enquiry: composed by ldns, recognized by its bytes.
#include "dns-server/enquiry.hpp"

#include "base/failure.hpp"
#include "dns-server/name.hpp"

#include <array>
#include <cctype>
#include <cstdlib>
#include <ldns/host2wire.h>
#include <ldns/wire2host.h>
#include <new>
#include <sys/random.h>

namespace slipway::dns_server {

namespace {

struct Chance {
    std::uint16_t id = 0;
    std::array<std::uint8_t, 32> capitals{}; // a bit for each byte of a name
};

Chance draw()
{
    Chance chance;
    check(::getrandom(&chance.id, sizeof chance.id, 0), "draw a number");
    check(::getrandom(chance.capitals.data(), chance.capitals.size(), 0), "draw a number");
    return chance;
}

// Lengths are no letters.
std::string with_capitals(std::string name, const Chance& chance)
{
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool is_drawn = (chance.capitals[at / 8 % chance.capitals.size()] >> at % 8 & 1U) != 0;
        if (is_drawn && name[at] >= 'a' && name[at] <= 'z')
            name[at] = static_cast<char>(name[at] - 'a' + 'A');
    }
    return name;
}

// The question of what we have composed ourselves: its name is whole.
std::string_view question_of(std::string_view sent)
{
    std::size_t end = header_size;
    while (sent[end] != '\0')
        end += 1U + static_cast<unsigned char>(sent[end]);
    return sent.substr(header_size, end + 5 - header_size);
}

} // namespace

Enquiry::Enquiry(const Query& query)
    : name{query.name}, type{query.type}, wants_dnssec{query.edns && query.edns->wants_dnssec},
      disables_checking{query.disables_checking}
{
}

std::string Enquiry::key() const
{
    const auto number = static_cast<unsigned>(type);
    std::string key = name;
    key += static_cast<char>(number >> 8U);
    key += static_cast<char>(number & 0xffU);
    key += static_cast<char>((wants_dnssec ? 1 : 0) + (disables_checking ? 2 : 0));
    return key;
}

std::string compose_enquiry(const Enquiry& enquiry)
{
    const Chance chance = draw();
    const std::string name = with_capitals(enquiry.name, chance);
    // Whether an answer is authentic is asked by AD (RFC 6840, 5.7).
    const auto flags =
        static_cast<std::uint16_t>(LDNS_RD | LDNS_AD | (enquiry.disables_checking ? LDNS_CD : 0));
    ldns_rdf* const field = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name.size(), name.data());
    const PacketHandle packet{ldns_pkt_query_new(field, enquiry.type, LDNS_RR_CLASS_IN, flags)};
    if (!packet)
        throw std::bad_alloc{};
    ldns_pkt_set_id(packet.get(), chance.id);
    ldns_pkt_set_edns_udp_size(packet.get(), datagram_limit);
    ldns_pkt_set_edns_do(packet.get(), enquiry.wants_dnssec);
    std::uint8_t* wire = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&wire, packet.get(), &size) != LDNS_STATUS_OK)
        throw std::bad_alloc{};
    const std::unique_ptr<std::uint8_t, ReleaseBy<&std::free>> owner{wire};
    return {wire, wire + size};
}

Match match_answer(std::string_view sent, std::string_view packet)
{
    const std::string_view question = question_of(sent);
    if (packet.size() < header_size + question.size() || packet.substr(0, 2) != sent.substr(0, 2))
        return Match::none;
    const std::uint8_t* const wire = wire_of(packet);
    if (!LDNS_QR_WIRE(wire) || LDNS_OPCODE_WIRE(wire) != LDNS_PACKET_QUERY || LDNS_QDCOUNT(wire) != 1)
        return Match::none;
    const std::string_view answered = packet.substr(header_size, question.size());
    if (answered == question)
        return Match::exact;
    const std::size_t name_size = question.size() - 4; // then the type and the class
    const bool is_same =
        answered.substr(name_size) == question.substr(name_size) &&
        lower_case(answered.substr(0, name_size)) == lower_case(question.substr(0, name_size));
    return is_same ? Match::other_case : Match::none;
}

} // namespace slipway::dns_server
