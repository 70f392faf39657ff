// SPDX-License-Identifier: LGPL-2.1-or-later
// SocketRequest: a socket that systemd is to hold (systemd.socket(5)), for the service of the same name.
#pragma once

#include <string>
#include <vector>

namespace slipway::placement {

struct SocketRequest {
    struct Listen {
        std::string kind; // "Stream", "Datagram", "SequentialPacket"
        std::string
            address; // as ListenStream= has it: "10.208.0.1:53", "[fd00::1]:53", "8080", "/run/x", "vsock::1"
        bool operator==(const Listen&) const = default;
    };

    std::string unit; // "….socket"
    std::string description;
    std::vector<Listen> listens;
    std::string network_namespace; // a path; empty: the host's
    // The address may come after the socket, and go before it.
    bool binds_freely = false;
    unsigned receive_buffer = 0; // bytes; 0: the kernel's default
};

// The same as a unit's file, for the time after a reboot.
std::string unit_text(const SocketRequest& request);

} // namespace slipway::placement
