// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets: by ldns, both ways.
#include "packets.hpp"

#include <algorithm>
#include <cstdlib>
#include <ldns/ldns.h>
#include <stdexcept>

namespace slipway::dns_server {

namespace {

std::string wire_text(const ldns_pkt& packet)
{
    std::uint8_t* wire = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&wire, &packet, &size) != LDNS_STATUS_OK)
        throw std::runtime_error{"ldns cannot write it"};
    std::string bytes{wire, wire + size};
    std::free(wire); // NOLINT: ldns's
    return bytes;
}

PacketHandle read(std::string_view bytes)
{
    ldns_pkt* packet = nullptr;
    const ldns_status status = ldns_wire2pkt(&packet, wire_of(bytes), bytes.size());
    if (status != LDNS_STATUS_OK)
        throw std::runtime_error{ldns_get_errorstr_by_id(status)};
    return PacketHandle{packet};
}

std::vector<std::string> texts_of(const ldns_rr_list* list)
{
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(list); ++at) {
        char* const raw = ldns_rr2str(ldns_rr_list_rr(list, at));
        std::string text = raw;
        std::free(raw); // NOLINT: ldns's
        std::replace(text.begin(), text.end(), '\t', ' ');
        while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
            text.pop_back();
        texts.push_back(text);
    }
    return texts;
}

void push(ldns_pkt& packet, ldns_pkt_section section, const std::vector<std::string>& records)
{
    for (const std::string& text : records) {
        ldns_rr* record = nullptr;
        if (ldns_rr_new_frm_str(&record, text.c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK)
            throw std::runtime_error{"no record: " + text};
        ldns_pkt_push_rr(&packet, section, record);
    }
}

} // namespace

std::string packet_of(const Question& question)
{
    const PacketHandle packet{ldns_pkt_query_new(ldns_dname_new_frm_str(question.name.c_str()),
                                                 ldns_get_rr_type_by_name(question.type.c_str()),
                                                 question.type_class, question.flags)};
    ldns_pkt_set_id(packet.get(), question.id);
    if (question.edns) {
        ldns_pkt_set_edns_udp_size(packet.get(), question.edns->payload);
        ldns_pkt_set_edns_do(packet.get(), question.edns->wants_dnssec);
    }
    return wire_text(*packet);
}

Answer parse_answer(std::string_view bytes)
{
    const PacketHandle packet = read(bytes);
    Answer answer;
    answer.size = bytes.size();
    answer.id = ldns_pkt_id(packet.get());
    char* const code = ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet.get()));
    answer.head = code;
    std::free(code); // NOLINT: ldns's
    const std::pair<bool, const char*> flags[] = {
        {ldns_pkt_aa(packet.get()), " aa"}, {ldns_pkt_tc(packet.get()), " tc"},
        {ldns_pkt_rd(packet.get()), " rd"}, {ldns_pkt_ra(packet.get()), " ra"},
        {ldns_pkt_ad(packet.get()), " ad"}, {ldns_pkt_cd(packet.get()), " cd"}};
    for (const auto& [is_set, name] : flags)
        answer.head += is_set ? name : "";
    if (!ldns_pkt_qr(packet.get()))
        answer.head += " query";
    answer.question = texts_of(ldns_pkt_question(packet.get()));
    answer.answer = texts_of(ldns_pkt_answer(packet.get()));
    answer.authority = texts_of(ldns_pkt_authority(packet.get()));
    answer.additional = texts_of(ldns_pkt_additional(packet.get()));
    if (ldns_pkt_edns(packet.get()))
        answer.edns = Edns{ldns_pkt_edns_udp_size(packet.get()), ldns_pkt_edns_do(packet.get())};
    answer.extended_code = static_cast<std::uint16_t>(ldns_pkt_get_rcode(packet.get()) |
                                                      ldns_pkt_edns_extended_rcode(packet.get()) << 4U);
    return answer;
}

std::string answer_to(std::string_view query, const Said& said)
{
    const PacketHandle packet = read(query);
    ldns_pkt_set_qr(packet.get(), true);
    ldns_pkt_set_ra(packet.get(), true);
    ldns_pkt_set_ad(packet.get(), said.is_authentic);
    ldns_pkt_set_tc(packet.get(), said.is_truncated);
    ldns_pkt_set_rcode(packet.get(), said.code);
    if (!said.has_edns) {
        packet->_edns_present = 0;
        ldns_pkt_set_edns_udp_size(packet.get(), 0);
    }
    push(*packet, LDNS_SECTION_ANSWER, said.answer);
    push(*packet, LDNS_SECTION_AUTHORITY, said.authority);
    push(*packet, LDNS_SECTION_ADDITIONAL, said.additional);
    return wire_text(*packet);
}

} // namespace slipway::dns_server
