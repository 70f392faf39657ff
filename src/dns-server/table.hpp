// SPDX-License-Identifier: LGPL-2.1-or-later
// Table: the records of a network by their names, and which names have others below them.
#pragma once

#include "dns-server/ldns.hpp"
#include "names/log_line.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace slipway::dns_server {

struct Entry {
    std::shared_ptr<const ldns_rr> record;
    unsigned holders = 0; // owners that have said the same
};

struct Node {
    std::vector<Entry> entries;
    std::size_t below = 0; // entries of names below this one
};

class Table {
  public:
    void clear();
    // The owner's records are these from now on. Returns a phrase for each one that had to be left out.
    std::vector<std::string> apply(const names::Change& change);

    // NAME in lower case; nothing where it does not exist. Good until the next change.
    const Node* find(std::string_view name) const;

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <typename T>
    using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    using Records = std::vector<std::shared_ptr<const ldns_rr>>;

    std::shared_ptr<const ldns_rr> add(RecordHandle record);
    void remove(const std::shared_ptr<const ldns_rr>& record);

    Map<Node> nodes_;
    Map<Records> owners_;
};

} // namespace slipway::dns_server
