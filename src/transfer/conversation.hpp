// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversation: what a transfer tells the engine, and whether the engine still listens.
// The packets are in docs/protocols.md.
#pragma once

#include "base/failure.hpp"
#include "transfer/blob_writer.hpp"
#include "transfer/extract.hpp"
#include "transfer/some_names.hpp"
#include "transfer/unpack.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace slipway::transfer {

// Between two reports of progress.
inline constexpr std::chrono::milliseconds progress_interval{100};

class Conversation {
  public:
    // SOCKET: SOCK_SEQPACKET, the caller's; made non-blocking, so that a busy engine slows nothing down.
    explicit Conversation(int socket);

    // At most one packet every progress_interval; none where the socket is full.
    // DONE: bytes of the archive that were read, or of the tar that were written.
    void tell_progress(std::uint64_t done);
    // Wait until the packet is taken. Throw Failure{io_error} where nobody is there.
    void tell_extracted(const Extracted& extracted);
    // SIZE: bytes that were sent.
    void tell_enclosed(std::uint64_t size);
    void tell_unpacked(const Unpacked& unpacked, std::uint64_t read);
    // EVENT: "assembled" or "packed".
    void tell_written(const char* event, const Written& written, const SomeNames& left_out);
    // COUNT: of all; DIFFERENCES: the first of them, as many as fit.
    void tell_compared(const std::vector<std::string>& differences, std::uint64_t count);
    // READ: bytes of the archive.
    void tell_copied(std::uint64_t read, const SomeNames& left_out);
    void tell_listed(std::uint64_t count);
    void tell_failed(const Failure& failure);

  private:
    void send(const std::string& text);

    int socket_;
    std::chrono::steady_clock::time_point told_at_;
};

} // namespace slipway::transfer
