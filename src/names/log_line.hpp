// SPDX-License-Identifier: LGPL-2.1-or-later
// The lines of a network's log of names: one Head, then a Change each (docs/protocols.md).
#pragma once

#include "base/ip_address.hpp"
#include "names/record.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace slipway::names {

struct Head {
    std::string zone; // "slipway.internal"
    std::string network;
    std::vector<IpPrefix> subnets;
    bool forwards = true; // other names are asked of the host's resolver
    bool operator==(const Head&) const = default;
};

// Of a member of several networks: the names of these others are answered too, if it is who asks.
struct Outlook {
    std::vector<IpAddress> from;       // its addresses on this network
    std::vector<std::string> networks; // whose logs are beside this one
    bool operator==(const Outlook&) const = default;

    bool empty() const noexcept { return from.empty() && networks.empty(); }
};

// All that OWNER stands for from now on; without anything: nothing any more.
struct Change {
    std::string owner;
    std::vector<Record> records;
    Outlook outlook = {};
    bool operator==(const Change&) const = default;
};

// With the newline.
std::string to_line(const Head& head);
std::string to_line(const Change& change);

// LINE without the newline. Throws Json::exception or Failure{invalid_argument}.
std::variant<Head, Change> parse_line(std::string_view line);

} // namespace slipway::names
