// SPDX-License-Identifier: LGPL-2.1-or-later
// Cache: a list in the order of use and an index into it.
#include "dns-server/cache.hpp"

namespace slipway::dns_server {

namespace {

constexpr std::size_t overhead = 256; // of an entry, about

std::size_t weight_of(const Reply& reply, const std::string& key)
{
    return overhead + 2 * key.size() + reply.bytes.size() + reply.ttls.size() * sizeof(std::uint16_t);
}

} // namespace

ReplyRef Cache::find(const std::string& key, Clock::time_point now)
{
    const auto place = places_.find(key);
    if (place == places_.end())
        return nullptr;
    const Order::iterator entry = place->second;
    if (now - entry->reply->came >= entry->reply->lifetime) {
        remove(entry);
        return nullptr;
    }
    order_.splice(order_.begin(), order_, entry);
    return entry->reply;
}

void Cache::keep(const std::string& key, ReplyRef reply)
{
    if (const auto place = places_.find(key); place != places_.end())
        remove(place->second);
    const std::size_t weight = weight_of(*reply, key);
    if (reply->lifetime.count() == 0 || weight > byte_limit)
        return;
    while (places_.size() >= entry_limit || bytes_ + weight > byte_limit)
        remove(std::prev(order_.end()));
    order_.push_front({key, std::move(reply)});
    places_.emplace(key, order_.begin());
    bytes_ += weight;
}

void Cache::remove(Order::iterator entry)
{
    bytes_ -= weight_of(*entry->reply, entry->key);
    places_.erase(entry->key);
    order_.erase(entry);
}

} // namespace slipway::dns_server
