// SPDX-License-Identifier: LGPL-2.1-or-later
// Counters: what a wire has carried, in a file that its proxy maps and the engine reads. No conversation:
// either may die at any time, and what was counted stays.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <filesystem>

namespace slipway::wires {

struct Counts {
    std::uint64_t connections = 0;     // so far
    std::uint64_t open = 0;            // now
    std::uint64_t refused = 0;         // closed without having reached the target
    std::uint64_t to_target = 0;       // bytes
    std::uint64_t from_target = 0;     // bytes
    std::uint64_t starts = 0;          // of the target, by a connection
    std::uint64_t last_start_usec = 0; // how long that connection has waited

    bool operator==(const Counts&) const = default;
};

// The proxy's end.
class Counters {
  public:
    // FILE: of create_counters(). What an earlier proxy had open is closed. Throws Failure{io_error}.
    explicit Counters(const Fd& file);
    Counters(const Counters&) = delete;
    Counters& operator=(const Counters&) = delete;
    Counters(Counters&&) = delete;
    Counters& operator=(Counters&&) = delete;
    ~Counters();

    // Written to by this process alone; whoever reads sees each number whole.
    Counts& now() noexcept { return *counts_; }

  private:
    Counts* counts_;
};

// The engine's end: the file at PATH, made where it is missing, open for both. Throws Failure{io_error}.
Fd create_counters(const std::filesystem::path& path);
// All zero where there is none.
Counts read_counts(const std::filesystem::path& path) noexcept;

} // namespace slipway::wires
