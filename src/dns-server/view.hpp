// SPDX-License-Identifier: LGPL-2.1-or-later
// View: what this network may know, which is what its log of names says.
#pragma once

#include "dns-server/outlooks.hpp"
#include "dns-server/table.hpp"
#include "names/log_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::dns_server {

class View {
  public:
    explicit View(const std::filesystem::path& path) : directory_{path.parent_path()}, reader_{path} {}

    // Takes in what has been written by now.
    void refresh();

    // Another one after each change.
    std::uint64_t generation() const noexcept { return generation_; }
    const Table& table() const noexcept { return table_; }
    const Outlooks& outlooks() const noexcept { return outlooks_; }
    // Where other networks' logs are.
    const std::filesystem::path& directory() const noexcept { return directory_; }

    // False before the engine has said anything of the network, and when it is gone.
    bool has_network() const noexcept { return has_network_; }
    // Whether other names are asked of the host's resolver.
    bool forwards() const noexcept { return forwards_; }
    // The network's zone, on the wire.
    const std::string& zone() const noexcept { return zone_; }
    // The zone of ours that NAME is in: the network's, or one of its subnets' reverse ones. NAME in lower
    // case.
    std::optional<std::string_view> find_zone(std::string_view name) const;

    bool has_member(const IpAddress& address) const;

  private:
    void take_head(const names::Head& head);

    std::filesystem::path directory_;
    names::LogReader reader_;
    Table table_;
    Outlooks outlooks_;
    bool has_network_ = false;
    bool forwards_ = true;
    std::string zone_;
    std::vector<IpPrefix> subnets_;
    std::uint64_t generation_ = 0;
    std::string last_failure_;
};

} // namespace slipway::dns_server
