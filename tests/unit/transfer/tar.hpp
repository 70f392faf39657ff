// SPDX-License-Identifier: LGPL-2.1-or-later
// Tar: archives made by hand, so that they can be as wrong as nobody's tool makes them (ustar, POSIX.1-1988).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace slipway::transfer::testing {

struct Member {
    std::string name;
    char type = '0';
    std::string content{};
    std::string link{};
    unsigned mode = 0644;
    unsigned uid = 0;
    std::optional<std::uint64_t> size{}; // as the header says, whatever there is
};

std::string member(const Member& member);
// Two blocks of zeros.
std::string end_of_archive();

} // namespace slipway::transfer::testing
