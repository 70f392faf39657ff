// SPDX-License-Identifier: LGPL-2.1-or-later
// Input: the bytes that a transfer is given, read for as long as the engine is there.
#pragma once

#include "base/fd.hpp"

#include <cstddef>
#include <cstdint>

namespace slipway::transfer {

class Input {
  public:
    // Both the caller's. Throws Failure{unreadable_archive} where BYTES is a directory.
    Input(int bytes, int conversation);

    // At most SIZE bytes; 0 at the end. Throws Failure: cancelled once the other end of the conversation is
    // closed, or by interrupt(); io_error.
    std::size_t read(char* buffer, std::size_t size);
    // By another thread: read() throws from now on.
    void interrupt() noexcept;
    // Bytes so far.
    std::uint64_t count() const noexcept { return count_; }

  private:
    void wait() const;

    int bytes_;
    int conversation_;
    Fd interruption_;
    std::uint64_t count_ = 0;
};

} // namespace slipway::transfer
