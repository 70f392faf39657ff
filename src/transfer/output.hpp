// SPDX-License-Identifier: LGPL-2.1-or-later
// Output: where a transfer's bytes go, for as long as the engine is there.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string_view>

namespace slipway::transfer {

class Output {
  public:
    // Both the caller's. Before the confinement.
    Output(int bytes, int conversation);

    // All of them. Throws Failure: cancelled once the other end of the conversation is closed; io_error,
    // no_space.
    void write(std::string_view bytes);

  private:
    void wait() const;

    int bytes_;
    int conversation_;
    Fd own_;                      // the same pipe, opened for us alone
    std::size_t most_ = SIZE_MAX; // bytes written at once
    bool is_socket_ = false;
};

} // namespace slipway::transfer
