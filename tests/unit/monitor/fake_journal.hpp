// SPDX-License-Identifier: LGPL-2.1-or-later
// FakeJournal: a socket where journald's would be, and what came to it.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::monitor::testing {

using Fields = std::map<std::string, std::string>;

// The reader's half of the native protocol.
Fields parse_entry(const std::string& datagram);

// A datagram as it came, or the content of the memory file that came instead.
struct RawEntry {
    std::string bytes;
    bool came_as_file = false;
};

class FakeJournal {
  public:
    explicit FakeJournal(std::filesystem::path path);

    // Goes away as a stopping journald does, and its socket with it.
    void stop();
    void start();

    // Nothing if none came in time.
    std::optional<RawEntry> next_raw(std::chrono::milliseconds deadline = std::chrono::seconds{10});
    Fields next(std::chrono::milliseconds deadline = std::chrono::seconds{10});
    // All that has come by now.
    std::vector<Fields> take_waiting();
    int number() const { return socket_.number(); }

  private:
    std::filesystem::path path_;
    Fd socket_;
};

} // namespace slipway::monitor::testing
