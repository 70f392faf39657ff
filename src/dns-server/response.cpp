// SPDX-License-Identifier: LGPL-2.1-or-later
// Response: an ldns packet that is filled, and put on the wire as often as it has to be shortened.
#include "dns-server/response.hpp"

#include <cstdlib>
#include <ldns/host2wire.h>
#include <ldns/wire2host.h>
#include <new>
#include <utility>

namespace slipway::dns_server {

namespace {

ldns_rdf* name_field(std::string_view name)
{
    ldns_rdf* const field = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name.size(), name.data());
    return field != nullptr ? field : throw std::bad_alloc{};
}

RecordHandle question_of(const Query& query)
{
    RecordHandle question{ldns_rr_new()};
    if (!question)
        throw std::bad_alloc{};
    ldns_rr_set_owner(question.get(), name_field(query.asked));
    ldns_rr_set_type(question.get(), query.type);
    ldns_rr_set_class(question.get(), query.type_class);
    ldns_rr_set_question(question.get(), true);
    return question;
}

RecordHandle copy_of(const ldns_rr& record)
{
    RecordHandle copy{ldns_rr_clone(&record)};
    return copy ? std::move(copy) : throw std::bad_alloc{};
}

} // namespace

Response::Response(const Query& query, std::uint16_t code) : packet_{ldns_pkt_new()}, opcode_{query.opcode}
{
    if (!packet_)
        throw std::bad_alloc{};
    ldns_pkt& packet = *packet_;
    ldns_pkt_set_id(&packet, query.id);
    ldns_pkt_set_qr(&packet, true);
    ldns_pkt_set_rd(&packet, query.wants_recursion);
    ldns_pkt_set_ra(&packet, true);
    ldns_pkt_set_cd(&packet, query.disables_checking);
    if (query.edns) {
        ldns_pkt_set_edns_udp_size(&packet, datagram_limit);
        ldns_pkt_set_edns_do(&packet, query.edns->wants_dnssec);
    }
    set_code(code);
    if (!query.asked.empty())
        push(LDNS_SECTION_QUESTION, question_of(query));
}

void Response::set_code(std::uint16_t code)
{
    ldns_pkt_set_rcode(packet_.get(), static_cast<std::uint8_t>(code & 0xfU));
    if (ldns_pkt_edns(packet_.get()))
        ldns_pkt_set_edns_extended_rcode(packet_.get(), static_cast<std::uint8_t>(code >> 4U));
}

void Response::set_authoritative()
{
    ldns_pkt_set_aa(packet_.get(), true);
}

void Response::add(ldns_pkt_section section, const ldns_rr& record, std::string_view owner)
{
    RecordHandle copy = copy_of(record);
    ldns_rdf_deep_free(ldns_rr_owner(copy.get()));
    ldns_rr_set_owner(copy.get(), nullptr);
    ldns_rr_set_owner(copy.get(), name_field(owner));
    push(section, std::move(copy));
}

void Response::add(ldns_pkt_section section, const ldns_rr& record)
{
    push(section, copy_of(record));
}

void Response::push(ldns_pkt_section section, RecordHandle record)
{
    if (!ldns_pkt_push_rr(packet_.get(), section, record.get()))
        throw std::bad_alloc{};
    static_cast<void>(record.release()); // the packet's now
}

void Response::clear(ldns_pkt_section section)
{
    ldns_rr_list* const none = ldns_rr_list_new();
    if (none == nullptr)
        throw std::bad_alloc{};
    ldns_rr_list*& list = section == LDNS_SECTION_ANSWER      ? packet_->_answer
                          : section == LDNS_SECTION_AUTHORITY ? packet_->_authority
                                                              : packet_->_additional;
    ldns_rr_list_deep_free(std::exchange(list, none));
    ldns_pkt_set_section_count(packet_.get(), section, 0);
}

std::string Response::compose() const
{
    std::uint8_t* wire = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&wire, packet_.get(), &size) != LDNS_STATUS_OK)
        throw std::bad_alloc{};
    const std::unique_ptr<std::uint8_t, ReleaseBy<&std::free>> owner{wire};
    std::string bytes{wire, wire + size};
    bytes[2] = static_cast<char>(bytes[2] | opcode_ << LDNS_OPCODE_SHIFT);
    return bytes;
}

std::string Response::bytes(std::size_t limit)
{
    std::string whole = compose();
    if (whole.size() <= limit)
        return whole;
    clear(LDNS_SECTION_ADDITIONAL);
    whole = compose();
    if (whole.size() <= limit)
        return whole;
    clear(LDNS_SECTION_ANSWER);
    clear(LDNS_SECTION_AUTHORITY);
    ldns_pkt_set_tc(packet_.get(), true);
    return compose();
}

std::string refusal(const Query& query, std::uint16_t code)
{
    return Response{query, code}.bytes(datagram_limit);
}

} // namespace slipway::dns_server
