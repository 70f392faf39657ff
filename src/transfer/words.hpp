// SPDX-License-Identifier: LGPL-2.1-or-later
// Words: what follows slipway-transfer's command; only slipwayd says them.
#pragma once

#include "base/digest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::transfer {

class Words {
  public:
    explicit Words(std::vector<std::string> words) : words_{std::move(words)} {}

    // Each takes what it finds away. NAME: "--layer", "--size". The last two throw Failure{invalid_argument}.
    bool flag(std::string_view name);
    std::optional<std::string> value(std::string_view name);
    std::optional<std::uint64_t> number(std::string_view name);
    std::optional<Digest> digest(std::string_view name);
    // The first word that is left and no option; empty where there is none.
    std::string operand();
    // Throws Failure{invalid_argument} where a word is left.
    void end() const;

  private:
    std::vector<std::string> words_;
};

} // namespace slipway::transfer
