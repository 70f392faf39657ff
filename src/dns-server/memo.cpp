// SPDX-License-Identifier: LGPL-2.1-or-later
// Memo: a table of fixed size, bounded in bytes by being emptied.
#include "dns-server/memo.hpp"

#include <functional>

namespace slipway::dns_server {

namespace {

constexpr std::size_t longest_question = 300; // a name and an OPT without options
constexpr std::size_t byte_limit = 8U << 20U;
constexpr std::size_t tries = 4;

std::size_t hash_of(std::string_view question)
{
    return std::hash<std::string_view>{}(question);
}

} // namespace

Memo::Place* Memo::find(std::string_view question, std::uint64_t generation)
{
    return find(question, hash_of(question), generation);
}

Memo::Place* Memo::find(std::string_view question, std::size_t hash, std::uint64_t generation)
{
    for (std::size_t step = 0; step < tries; ++step) {
        Place& place = places_[(hash + step) % place_count];
        if (place.hash == hash && place.generation == generation && place.question == question)
            return &place;
    }
    return nullptr;
}

Memo::Place& Memo::make_place(std::string_view question, std::size_t hash, std::uint64_t generation)
{
    Place* oldest = &places_[hash % place_count];
    for (std::size_t step = 1; step < tries; ++step) {
        Place& place = places_[(hash + step) % place_count];
        if (place.generation < oldest->generation)
            oldest = &place;
    }
    oldest->hash = hash;
    oldest->question = question;
    oldest->generation = generation;
    oldest->variants.clear();
    return *oldest;
}

void Memo::keep(std::string_view question, std::uint64_t generation, unsigned turn, const LocalAnswer& answer)
{
    if (question.size() > longest_question)
        return;
    // What is overwritten is not deducted: that comes with the next emptying.
    bytes_ += question.size() + answer.bytes.size();
    if (bytes_ > byte_limit) {
        places_.assign(place_count, Place{});
        bytes_ = 0;
    }
    const std::size_t hash = hash_of(question);
    Place* const known = find(question, hash, generation);
    Place& place = known != nullptr ? *known : make_place(question, hash, generation);
    place.turn = turn;
    place.variants.resize(answer.variants);
    place.variant() = answer.bytes;
}

} // namespace slipway::dns_server
