// SPDX-License-Identifier: LGPL-2.1-or-later
// Neighbours: views of other networks' logs, opened when a member of theirs asks here.
#pragma once

#include "dns-server/view.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace slipway::dns_server {

class Neighbours {
  public:
    // DIRECTORY: where each network has its log.
    explicit Neighbours(std::filesystem::path directory) : directory_{std::move(directory)} {}

    // What NETWORK says now: all that was written till the call. Good until forget_others().
    const View& look(const std::string& network);
    // Who is in no network but these asks no more of the rest.
    void forget_others(const std::set<std::string>& networks);
    bool empty() const noexcept { return views_.empty(); }

  private:
    std::filesystem::path directory_;
    std::map<std::string, View> views_;
};

} // namespace slipway::dns_server
