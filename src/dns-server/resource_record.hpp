// SPDX-License-Identifier: LGPL-2.1-or-later
// Records in ldns's form: of what the engine says, and those that every zone of ours has.
//
// Their time to live is 0, so that nothing stands between a change and its being seen.
#pragma once

#include "dns-server/ldns.hpp"
#include "names/record.hpp"

#include <string>
#include <string_view>

namespace slipway::dns_server {

// Throws Failure{invalid_argument} for a name that is none.
RecordHandle make_record(const names::Record& record);
RecordHandle make_address(std::string_view owner, const IpAddress& address);

// Of a zone that has no other server and no master (RFC 6303, 3); its minimum is 0 too.
RecordHandle make_soa(std::string_view zone);
RecordHandle make_ns(std::string_view zone);

// What is said to those who want everything (RFC 8482, 4.2).
RecordHandle make_hinfo(std::string_view owner);

} // namespace slipway::dns_server
