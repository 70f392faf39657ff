// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversation: what a transfer tells the engine, and whether the engine still listens.
//
//     {"event": "progress", "read": N}
//     {"event": "unpacked", "diff_id": "sha256:…", "size": N, "read": N, "entries": N, "skipped_devices":
//     […]}
//     {"event": "failed", "error": {"name": "HostileArchive", "message": "…"}}
#pragma once

#include "base/failure.hpp"
#include "transfer/unpack.hpp"

#include <chrono>
#include <cstdint>

namespace slipway::transfer {

// Between two reports of progress.
inline constexpr std::chrono::milliseconds progress_interval{100};

class Conversation {
  public:
    // SOCKET: SOCK_SEQPACKET, the caller's; made non-blocking, so that a busy engine slows nothing down.
    explicit Conversation(int socket);

    // At most one packet every progress_interval; none where the socket is full.
    void tell_progress(std::uint64_t read);
    // Wait until the packet is taken. Throw Failure{io_error} where nobody is there.
    void tell_unpacked(const Unpacked& unpacked, std::uint64_t read);
    void tell_failed(const Failure& failure);

  private:
    void send(const std::string& text);

    int socket_;
    std::chrono::steady_clock::time_point told_at_;
};

} // namespace slipway::transfer
