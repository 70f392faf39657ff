// SPDX-License-Identifier: LGPL-2.1-or-later
// The other side of a container's terminal: handed to somebody, or pumped to our own.
#pragma once

#include "base/fd.hpp"

#include <string>
#include <termios.h>

namespace slipway::oci_runtime {

// To whoever listens on the socket PATH. Throws Failure.
void send_terminal(const std::string& path, const Fd& master);

// Our own terminal in raw mode, for as long as this lives; nothing where we have none.
class RawTerminal {
  public:
    RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;
    ~RawTerminal();

    // Its size for MASTER.
    void resize(const Fd& master) const;

  private:
    bool is_raw_ = false;
    termios before_{};
};

} // namespace slipway::oci_runtime
