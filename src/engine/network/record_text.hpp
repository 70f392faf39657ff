// SPDX-License-Identifier: LGPL-2.1-or-later
// Record texts: records of names as people write and read them, in a zone file's words (RFC 1035, 5.1).
//
// Names are relative to slipway.internal unless they end with a dot; '@' is slipway.internal itself. What is
// no letter, digit, '-' or '_' is written with a '\'.
#pragma once

#include "engine/network/settings.hpp"
#include "names/record.hpp"

#include <string>

namespace slipway::engine {

// TYPE: A, AAAA, SRV ("PRIORITY WEIGHT PORT TARGET"), PTR, TXT (one text, or several in quotation marks). The
// record's own name is in lower case. Throws Failure{invalid_argument}.
names::Record parse_record(const std::string& name, const std::string& type, const std::string& data);

// Throws Failure{invalid_argument} unless the record's name is in slipway.internal or is that of an address
// of the network, or below it.
void check_place(const names::Record& record, const std::string& network, const NetworkSettings& settings);

// A name such as the first word of a record; absolute, without the last dot. Throws as above.
std::string parse_record_name(const std::string& name);

// The same texts again; names in them are absolute and end with a dot.
std::string name_text(const names::Record& record);
std::string type_text(const names::Record& record);
std::string data_text(const names::Record& record);

} // namespace slipway::engine
