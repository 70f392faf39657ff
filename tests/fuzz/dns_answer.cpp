// SPDX-License-Identifier: LGPL-2.1-or-later
// What the host's resolver says: refused, or told on in a packet that can be read, with its own records.
#include "dns-server/enquiry.hpp"
#include "dns-server/reply.hpp"
#include "target.hpp"

#include <algorithm>
#include <ldns/wire2host.h>
#include <string>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    using namespace dns_server;
    const std::string_view bytes = fuzz::text_of(data, size);
    const auto now = Clock::now();
    const std::optional<Reply> reply = parse_reply(bytes, now);
    // What is told on is an answer to our own question: one that has the same name.
    std::string question{bytes};
    if (!reply)
        return 0;
    question[2] = 1; // a question, RD
    question[3] = 0;
    std::fill(question.begin() + 6, question.begin() + 12, '\0');
    std::optional<Query> query = parse_query(question);
    if (!query || query->asked.empty() || bytes.substr(header_size, query->asked.size()) != query->asked)
        return 0;
    fuzz::require(match_answer(compose_enquiry(Enquiry{*query}), "") == Match::none);
    match_answer(compose_enquiry(Enquiry{*query}), bytes);
    for (const bool has_edns : {false, true}) {
        if (has_edns)
            query->edns = Edns{1232, true};
        for (const std::size_t limit : {query->limit(), std::size_t{65535}}) {
            const std::string told = tell_on(*reply, *query, now + std::chrono::seconds{30}, limit);
            fuzz::require(told.size() <= limit);
            ldns_pkt* read = nullptr;
            fuzz::require(ldns_wire2pkt(&read, wire_of(told), told.size()) == LDNS_STATUS_OK);
            const PacketHandle packet{read};
            fuzz::require(ldns_pkt_qr(read) && ldns_pkt_id(read) == query->id && !ldns_pkt_aa(read));
        }
    }
    return 0;
}
