// SPDX-License-Identifier: LGPL-2.1-or-later
// Cache: what the host's resolver has said, as long as it holds; bounded, the least recently asked for goes
// first.
#pragma once

#include "dns-server/reply.hpp"

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace slipway::dns_server {

class Cache {
  public:
    static constexpr std::size_t entry_limit = 4096;
    static constexpr std::size_t byte_limit = 4U << 20U;

    // Nothing where none holds at NOW.
    ReplyRef find(const std::string& key, Clock::time_point now);
    // Not kept where it may not be.
    void keep(const std::string& key, ReplyRef reply);

    std::size_t size() const noexcept { return places_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct Entry {
        std::string key;
        ReplyRef reply;
    };
    using Order = std::list<Entry>;

    void remove(Order::iterator entry);

    Order order_; // the last one asked for first
    std::unordered_map<std::string, Order::iterator> places_;
    std::size_t bytes_ = 0;
};

} // namespace slipway::dns_server
