// SPDX-License-Identifier: LGPL-2.1-or-later
// IdRanges: the host's user and group IDs that containers' user namespaces may have (subuid(5), subgid(5)).
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace slipway::engine {

// So many IDs has each container, from 0 on: all that an image's files and users have.
inline constexpr std::uint32_t ids_per_container = 65536;

class IdRanges {
  public:
    // SUBUID and SUBGID: the files' contents, of which the lines of the user "slipway" count that both have.
    // With none of them: 0x70000000 to 0x7fffffff, which nothing on a systemd host uses (systemd's UIDS-GIDS
    // document).
    IdRanges(std::string_view subuid, std::string_view subgid);

    // The first ID of the lowest range that shares none with the ranges beginning at TAKEN. Throws
    // Failure{no_space}.
    std::uint32_t find_free(const std::set<std::uint32_t>& taken) const;

  private:
    struct Stretch {
        std::uint32_t first;
        std::uint32_t size;
    };
    std::vector<Stretch> stretches_;
};

} // namespace slipway::engine
