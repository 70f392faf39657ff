// SPDX-License-Identifier: LGPL-2.1-or-later
// LastEnds: the ends of containers whose logs are followed, those that no restart follows.
#pragma once

#include "client/container.hpp"
#include "slipway/context.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace slipway::cli {

class LastEnds {
  public:
    // Of those of CONTAINERS that run, or may be about to be started anew.
    LastEnds(Context& context, const std::vector<client::ContainerInfo>& containers);
    LastEnds(const LastEnds&) = delete;
    LastEnds& operator=(const LastEnds&) = delete;
    LastEnds(LastEnds&&) = delete;
    LastEnds& operator=(LastEnds&&) = delete;
    ~LastEnds() = default;

    // Whether there is nothing to wait for any more.
    bool have_come() const;

  private:
    std::vector<client::Container> proxies_; // which the tasks have
    std::vector<async::Task<client::Container::End>> ends_;
};

// When the last runs of CONTAINERS began, by ID: of those that have ended just now, for
// LogReading::await_rest().
std::map<std::string, std::uint64_t> last_starts(Context& context,
                                                 const std::vector<client::ContainerInfo>& containers);

} // namespace slipway::cli
