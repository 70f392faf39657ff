// SPDX-License-Identifier: LGPL-2.1-or-later
// Watches: what others do to links, addresses and nftables, read without waiting.
#pragma once

#include "base/ip_address.hpp"
#include "netlink/elements.hpp"
#include "netlink/links.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace slipway::netlink {

struct LinkChanged { // or new: compare with what you know
    Link link;
};
struct LinkGone {
    int index = 0;
    std::string name;
};
struct AddressAdded {
    int link = 0;
    IpPrefix prefix;
};
struct AddressGone {
    int link = 0;
    IpPrefix prefix;
};
// Events were lost (ENOBUFS): look at all anew.
struct Resync {};

using LinkEvent = std::variant<LinkChanged, LinkGone, AddressAdded, AddressGone, Resync>;

// Of the network namespace that it was made in.
class LinkWatch {
  public:
    LinkWatch(); // throws Failure

    // Readable when there is something to read.
    int fd() const noexcept { return socket_.fd(); }
    // What has come, oldest first; empty: nothing yet. Throws Failure.
    std::vector<LinkEvent> read();

  private:
    Socket socket_;
};

enum class RulesEvent {
    table_gone,    // one of the tables, by `nft flush ruleset` or by name
    rules_changed, // chains or rules of one of the tables, by others or by ourselves
    resync,
};

// Of our tables only, which have one name in all families. Elements are not told: a set in use has thousands.
class RulesWatch {
  public:
    explicit RulesWatch(std::string table = "slipway"); // throws Failure

    int fd() const noexcept { return socket_.fd(); }
    // Each kind once, in the enumeration's order; empty: nothing of ours. Throws Failure.
    std::vector<RulesEvent> read();

  private:
    std::string table_;
    Socket socket_;
};

} // namespace slipway::netlink
