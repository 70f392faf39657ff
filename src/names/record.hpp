// SPDX-License-Identifier: LGPL-2.1-or-later
// Record: what a name of a container network stands for, as the engine says it and the name server hears it.
#pragma once

#include "base/ip_address.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace slipway::names {

// PTR: another name.
struct Pointer {
    std::string target;
    bool operator==(const Pointer&) const = default;
};

// SRV (RFC 2782).
struct Service {
    std::string target;
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    bool operator==(const Service&) const = default;
};

// TXT: one or more strings of at most 255 bytes.
struct Texts {
    std::vector<std::string> texts;
    bool operator==(const Texts&) const = default;
};

// Names are absolute, without the last dot, and escaped as in a zone's file (RFC 1035, 5.1): "a\.b.example".
// An address is A or AAAA by its family.
struct Record {
    std::string name;
    std::variant<IpAddress, Pointer, Service, Texts> data;
    bool operator==(const Record&) const = default;
};

Json to_json(const Record& record);
// Throws Json::exception or Failure{invalid_argument} for what is no record.
Record parse_record(const Json& json);

} // namespace slipway::names
