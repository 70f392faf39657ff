// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as they are on the wire, whatever one likes to write into them.
#pragma once

#include "base/fd.hpp"
#include "base/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace slipway::netlink {

using Frame = std::vector<std::uint8_t>;

// A frame to everybody from SOURCE.
Frame frame(const MacAddress& source, std::uint16_t type, const Frame& content);
// An answer of the address resolution protocol: "ADDRESS is at MAC".
Frame arp_answer(const MacAddress& mac, const IpAddress& address);
// Without the content's checksum, which bridges do not look at. PROTOCOL: IPPROTO_….
Frame packet(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, const Frame& content);
Frame udp(std::uint16_t from, std::uint16_t to);
// RFC 4861: router and neighbour advertisements.
Frame router_advertisement();
Frame neighbour_advertisement(const IpAddress& address);

// All that eth0 of a namespace sends and hears.
class Wire {
  public:
    explicit Wire(const Fd& place);

    void send(const Frame& frame);
    // Frames up to and with the first that is MARKER; throws where it does not come.
    std::vector<Frame> hear_until(const Frame& marker);
    // Until there was none for a moment.
    std::vector<Frame> hear_until_silence();

  private:
    std::optional<Frame> next(int milliseconds);

    Fd socket_;
};

} // namespace slipway::netlink
