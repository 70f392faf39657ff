// SPDX-License-Identifier: LGPL-2.1-or-later
// Outlooks: which members of a network may hear names of other networks, which are theirs too.
#pragma once

#include "names/log_line.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace slipway::dns_server {

class Outlooks {
  public:
    void clear();
    // The owner's outlook is this from now on.
    void apply(const names::Change& change);

    // The other networks of who asks from ADDRESS, in their order; nothing for most. Good until the next
    // change.
    const std::vector<std::string>* find(const IpAddress& address) const
    {
        // Each question comes by here, and most networks have nobody of this kind.
        return by_address_.empty() ? nullptr : find_among_some(address);
    }
    // All that anybody has.
    std::set<std::string> networks() const;

  private:
    struct Hash {
        std::size_t operator()(const IpAddress& address) const
        {
            const auto bytes = address.bytes();
            return std::hash<std::string_view>{}(
                {reinterpret_cast<const char*>(bytes.data()), bytes.size()}); // NOLINT: bytes are bytes
        }
    };
    struct Asker {
        std::string owner;
        std::vector<std::string> networks;
    };

    const std::vector<std::string>* find_among_some(const IpAddress& address) const;

    std::unordered_map<IpAddress, Asker, Hash> by_address_;
    std::unordered_map<std::string, std::vector<IpAddress>> by_owner_;
};

} // namespace slipway::dns_server
