// SPDX-License-Identifier: LGPL-2.1-or-later
// Elements of nftables' sets and maps, put in and taken out in one transaction (decision 17).
#pragma once

#include "base/ip_address.hpp"
#include "netlink/key.hpp"
#include "netlink/socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway::netlink {

enum class Family : std::uint8_t { inet = 1, bridge = 7 }; // NFPROTO_…

// One of a family's tables.
struct Table {
    Family family = Family::inet;
    std::string name = "slipway";
};

using Bytes = std::vector<std::uint8_t>;

struct Element {
    Bytes key;
    Bytes data; // of a map; else empty
    Bytes last; // of a concatenation with `flags interval`: the last key of those from KEY on
    bool is_interval_end = false; // of a set with `flags interval`: the first key that is out again
    auto operator<=>(const Element&) const = default;
};

enum class WhenAbsent {
    fails, // the transaction is undone
    skips, // the rest is done
};

// What is to be done, in this order.
class ElementBatch {
  public:
    // To a set, or to a map (DATA).
    ElementBatch& add(const std::string& set, const Key& key);
    ElementBatch& add(const std::string& map, const Key& key, const Key& data);
    ElementBatch& remove(const std::string& set, const Key& key, WhenAbsent when_absent = WhenAbsent::skips);
    // All addresses of PREFIX, to a set of one type of address with `flags interval`.
    ElementBatch& add_prefix(const std::string& set, const IpPrefix& prefix);
    ElementBatch& remove_prefix(const std::string& set, const IpPrefix& prefix,
                                WhenAbsent when_absent = WhenAbsent::skips);
    // The same for a concatenation that begins with an address, before REST.
    ElementBatch& add_prefix(const std::string& set, const IpPrefix& prefix, const Key& rest);
    ElementBatch& remove_prefix(const std::string& set, const IpPrefix& prefix, const Key& rest,
                                WhenAbsent when_absent = WhenAbsent::skips);
    // Empties a set.
    ElementBatch& clear(const std::string& set);
    ElementBatch& append(const ElementBatch& other);

    bool is_empty() const noexcept { return changes_.empty(); }

    enum class Deed { add, remove, clear };
    struct Change {
        Deed deed;
        std::string set;
        std::vector<Element> elements;
        WhenAbsent when_absent = WhenAbsent::fails;
    };
    const std::vector<Change>& changes() const noexcept { return changes_; }

  private:
    ElementBatch& then(Change change);

    std::vector<Change> changes_;
};

// All of BATCH or nothing of it; SOCKET: of Protocol::netfilter. Adding what is there is harmless. Returns
// how many removals had nothing to remove. Throws Failure, whose text names the set: {name_taken} where the
// map has other data for this key or the prefix is within another, {unavailable} where the table or the set
// is not there (load the rules, fill them, try again), {access_denied}, …
std::size_t commit(Socket& socket, const Table& table, const ElementBatch& batch);

// What is in SET, in no order. Nothing where there is no such set or table.
std::optional<std::vector<Element>> find_elements(Socket& socket, const Table& table, const std::string& set);

} // namespace slipway::netlink
