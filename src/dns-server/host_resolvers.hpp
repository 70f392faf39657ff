// SPDX-License-Identifier: LGPL-2.1-or-later
// HostResolvers: the name servers of the host's resolv.conf, read again when it changes.
#pragma once

#include "dns-server/socket_address.hpp"

#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace slipway::dns_server {

// resolv.conf(5): at most three, in their order; the local machine's where none is named.
std::vector<SocketAddress> parse_resolv_conf(std::string_view text);

class HostResolvers {
  public:
    // OWN: where we listen ourselves, and never ask.
    HostResolvers(std::filesystem::path path, std::vector<SocketAddress> own)
        : path_{std::move(path)}, own_{std::move(own)}
    {
    }

    // As the file names them now.
    const std::vector<SocketAddress>& servers();

  private:
    std::filesystem::path path_;
    std::vector<SocketAddress> own_;
    std::vector<SocketAddress> servers_;
    struct stat seen_ {};
    bool was_read_ = false;
};

} // namespace slipway::dns_server
