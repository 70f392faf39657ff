// SPDX-License-Identifier: LGPL-2.1-or-later
// Servers and clients in network namespaces: who reaches whom, and as whom.
#pragma once

#include "base/fd.hpp"
#include "base/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace slipway::netlink {

enum class Transport { tcp, udp };

// For who is expected, and for who is not: less than TCP's first repetition, what is dropped is not tried
// again.
enum class Patience { long_, short_ };

class Server {
  public:
    // Listens on all addresses in PLACE.
    Server(const Fd& place, Transport transport, std::uint16_t port);

    // Whom the next client seems to be; nothing where none comes. Of UDP the next datagram's sender.
    std::optional<IpAddress> next_client(Patience patience = Patience::long_);

  private:
    Transport transport_;
    Fd socket_;
};

// Has a client in FROM connect to ADDRESS and PORT, or send a datagram, and not wait for what comes of it.
Fd call(const Fd& from, Transport transport, const IpAddress& address, std::uint16_t port);
// One more datagram of a client of UDP.
void send_again(const Fd& client, const IpAddress& address, std::uint16_t port);
// That the call came through to the client's end as well (TCP).
bool is_connected(const Fd& client);

} // namespace slipway::netlink
