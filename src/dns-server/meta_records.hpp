// SPDX-License-Identifier: LGPL-2.1-or-later
// Meta-records: OPT and TSIG, which say something of the packet that they are in (RFC 6891, RFC 8945).
#pragma once

#include <string_view>

namespace slipway::dns_server {

// A packet has one of each at most. To be asked before ldns reads BYTES, which have a header: of several it
// keeps the last one, and loses the others' memory (1.8.3). What is no packet further on is not looked at.
bool has_several_meta_records(std::string_view bytes);

} // namespace slipway::dns_server
