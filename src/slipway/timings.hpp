// SPDX-License-Identifier: LGPL-2.1-or-later
// Timings: what each step of a start cost, ours and the engine's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace slipway::cli {

class Timings {
  public:
    using Steps = std::vector<std::pair<std::string, std::uint64_t>>;

    explicit Timings(std::chrono::steady_clock::time_point begun) : last_{begun} {}

    // STEP of our own ends now; it began where the last one ended.
    void note(const std::string& step);
    // Microseconds by step, as the engine tells them. They lie within our call.
    void add_engine(const Steps& steps) { engine_ = steps; }
    // A table in milliseconds.
    std::string text() const;

  private:
    std::chrono::steady_clock::time_point last_;
    Steps own_;
    Steps engine_;
};

} // namespace slipway::cli
