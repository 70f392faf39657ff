// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets: one text and some descriptors over a SOCK_SEQPACKET socket (unix(7), SCM_RIGHTS).
#pragma once

#include "base/fd.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

// Larger ones are refused by the sender; what may be longer travels in a memory file.
inline constexpr std::size_t packet_limit = 64U << 10U;
inline constexpr std::size_t packet_descriptor_limit = 16;

struct Packet {
    std::string text;
    std::vector<Fd> descriptors;
};

// Sends one packet without raising SIGPIPE. Throws Failure{io_error}; EAGAIN on a full non-blocking socket
// too.
void send_packet(int socket, std::string_view text, const std::vector<int>& descriptors = {});

// As send_packet(), but that the peer has gone is an ordinary answer.
enum class Delivery { sent, peer_gone };
[[nodiscard]] Delivery try_send_packet(int socket, std::string_view text,
                                       const std::vector<int>& descriptors = {});

// The next packet; nothing once the peer has closed. On a non-blocking socket without one: Failure{io_error}.
std::optional<Packet> receive_packet(int socket);

} // namespace slipway
