// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules: what nftables is told of networks, containers and published ports: elements of the sets that
// netlink/slipway.nft and netlink/slipway-bridge.nft declare. For one worker's thread.
#pragma once

#include "engine/network/addresses.hpp"
#include "engine/network/port.hpp"
#include "engine/network/settings.hpp"
#include "netlink/elements.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

// One interface of a container at a bridge.
struct RuleMember {
    std::string port; // port_name()
    Addresses addresses;
};

struct RulePublished {
    PublishedPort port; // with the host's port known
    Addresses target;
};

struct RuleSet {
    std::vector<NetworkSettings> networks; // bridges
    std::vector<RuleMember> members;
    std::vector<RulePublished> published;

    bool is_empty() const noexcept { return networks.empty() && members.empty() && published.empty(); }
    void append(const RuleSet& other);
};

class Rules {
  public:
    // DIRECTORY: where the two files are.
    explicit Rules(std::filesystem::path directory) : directory_{std::move(directory)} {}

    // False where our tables are not there, or not whole: reconcile() is due. Else throws Failure.
    bool try_add(const RuleSet& added);
    // What is not there is no matter.
    void remove(const RuleSet& removed);
    // Our tables have these elements and no others, where they are there and whole: else false.
    bool try_refill(const RuleSet& all);
    // The same, the tables being loaded before. Throws Failure.
    void reconcile(const RuleSet& all);

  private:
    std::filesystem::path directory_;
};

} // namespace slipway::engine
