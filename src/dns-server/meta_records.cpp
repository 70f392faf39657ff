// SPDX-License-Identifier: LGPL-2.1-or-later
// Meta-records: counted by going from record to record (RFC 1035, 4.1), as ldns does.
#include "dns-server/meta_records.hpp"

#include "dns-server/ldns.hpp"

#include <ldns/wire2host.h>

namespace slipway::dns_server {

namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t type_and_class = 4;
constexpr std::size_t fixed_part = 10; // type, class, time to live, length

// Behind the name at BEGIN; behind the end of BYTES where it has none.
std::size_t behind_name(std::string_view bytes, std::size_t begin)
{
    std::size_t at = begin;
    while (at < bytes.size()) {
        const auto length = static_cast<std::uint8_t>(bytes[at]);
        if (length == 0)
            return at + 1;
        if (length >= 0xc0) // the rest is elsewhere
            return at + 2;
        at += std::size_t{1} + length;
    }
    return bytes.size() + 1;
}

} // namespace

bool has_several_meta_records(std::string_view bytes)
{
    const std::uint8_t* const wire = wire_of(bytes);
    std::size_t at = header_bytes;
    for (unsigned question = 0; question < LDNS_QDCOUNT(wire); ++question)
        at = behind_name(bytes, at) + type_and_class;
    const unsigned records = unsigned{LDNS_ANCOUNT(wire)} + LDNS_NSCOUNT(wire) + LDNS_ARCOUNT(wire);
    unsigned options = 0;
    unsigned signatures = 0;
    for (unsigned record = 0; record < records; ++record) {
        at = behind_name(bytes, at);
        if (at + fixed_part > bytes.size())
            return false;
        const std::uint16_t type = ldns_read_uint16(wire + at);
        options += type == LDNS_RR_TYPE_OPT ? 1U : 0U;
        signatures += type == LDNS_RR_TYPE_TSIG ? 1U : 0U;
        if (options > 1 || signatures > 1)
            return true;
        at += fixed_part + ldns_read_uint16(wire + at + 8);
    }
    return false;
}

} // namespace slipway::dns_server
