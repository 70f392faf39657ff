// SPDX-License-Identifier: LGPL-2.1-or-later
// Launcher: a slipway-launch that has been loaded and waits for what it is to launch (docs/protocols.md,
// "Launcher"); Launchers: where it comes from.
#pragma once

#include "monitor/process.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::monitor {

class Launcher {
  public:
    // Starts PROGRAM. Throws Failure.
    explicit Launcher(const std::string& program);

    bool has_ended() const;

    // What it has at 0 to 3: the payload's standard streams and the request; and sockets for the payload. One
    // that has ended meanwhile has no answer either.
    void begin(int input, int output, int error, int request, const std::vector<Fd>& listening);

    const Process& process() const noexcept { return process_; }
    // What its conversation goes on with.
    Fd take_conversation() noexcept { return std::move(conversation_); }

  private:
    Process process_;
    Fd conversation_;
};

class Launchers {
  public:
    explicit Launchers(std::string program) : program_{std::move(program)} {}

    // Loads one before it is taken; where that fails, take() says why.
    void expect() noexcept;
    // The one that waits, or a new one. Throws Failure.
    Launcher take();

  private:
    std::string program_;
    std::optional<Launcher> waiting_;
};

} // namespace slipway::monitor
