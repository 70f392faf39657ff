// SPDX-License-Identifier: LGPL-2.1-or-later
// Memo: questions that were asked in just these bytes, and their answers.
//
// A resolver asks the same name in the same bytes again and again, but for the ID. So the quick way of a
// question is to be found here and never to be parsed. The table does not grow and needs no order: a question
// has a few places, and one whose answers are out of date gives way first.
#pragma once

#include "dns-server/local_answer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::dns_server {

class Memo {
  public:
    struct Place {
        std::size_t hash = 0;
        std::string question; // without its ID
        std::uint64_t generation = 0;
        unsigned turn = 0;
        std::vector<std::string> variants; // answers by turn, empty where none was composed yet

        std::string& variant() { return variants[turn % variants.size()]; }
    };

    Memo() : places_(place_count) {}

    // Where QUESTION is, if its answers are of this GENERATION; good until the next keep().
    Place* find(std::string_view question, std::uint64_t generation);
    // ANSWER is the one for this TURN. A question too long to be kept is not.
    void keep(std::string_view question, std::uint64_t generation, unsigned turn, const LocalAnswer& answer);

  private:
    static constexpr std::size_t place_count = 8192;

    Place* find(std::string_view question, std::size_t hash, std::uint64_t generation);
    Place& make_place(std::string_view question, std::size_t hash, std::uint64_t generation);

    std::vector<Place> places_;
    std::size_t bytes_ = 0;
};

} // namespace slipway::dns_server
