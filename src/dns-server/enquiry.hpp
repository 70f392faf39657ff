// SPDX-License-Identifier: LGPL-2.1-or-later
// Enquiry: what is asked of the host's resolver, and how its answers are told from forged ones.
//
// A forger sees neither our port, which the kernel draws for each enquiry, nor the ID, nor which letters of
// the name are capitals (draft-vixie-dnsext-dns0x20); he has to guess them all at once.
#pragma once

#include "dns-server/query.hpp"

#include <string>
#include <string_view>

namespace slipway::dns_server {

struct Enquiry {
    std::string name; // in lower case
    ldns_rr_type type = LDNS_RR_TYPE_A;
    bool wants_dnssec = false;
    bool disables_checking = false;

    explicit Enquiry(const Query& query);
    // The same for enquiries that have the same answer.
    std::string key() const;
};

// An enquiry on the wire, with an ID and capitals of its own. Throws Failure{io_error}.
std::string compose_enquiry(const Enquiry& enquiry);

enum class Match {
    none,       // of another enquiry, or forged
    other_case, // right but for the capitals: forged, or by a server that does not keep them
    exact,
};

// PACKET as an answer to SENT.
Match match_answer(std::string_view sent, std::string_view packet);

} // namespace slipway::dns_server
