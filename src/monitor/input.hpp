// SPDX-License-Identifier: LGPL-2.1-or-later
// Input: what a client types, from its pipe to the terminal.
//
// Nothing is read while the terminal has not taken the last of it. A client's
// end of file ends the relaying and no more, as with docker: who means to end
// the payload's input types Ctrl-D.
#pragma once

#include "monitor/loop.hpp"

#include <string>

namespace slipway::monitor {

class Input {
  public:
    // TERMINAL: a descriptor of its own for the master side, non-blocking. CLIENT
    // may be closed: nothing is relayed.
    Input(Loop& loop, Fd client, Fd terminal);

  private:
    void read();
    void flush();
    void end() noexcept;

    Fd client_;
    Fd terminal_;
    Watch readable_;
    Watch writable_;
    std::string waiting_;
};

} // namespace slipway::monitor
