// SPDX-License-Identifier: LGPL-2.1-or-later
// Outlet: a descriptor that takes bytes as fast as its reader likes; what it
// does not take yet waits here.
#pragma once

#include "monitor/loop.hpp"

#include <string>
#include <string_view>

namespace slipway::monitor {

class Outlet {
  public:
    // More than this waiting: whoever fills the outlet should stop.
    static constexpr std::size_t high_water = 64U << 10U;

    // DESCRIPTOR is made non-blocking; one that is not open makes an outlet that
    // swallows all. ON_PROGRESS is called when the reader has taken some of what
    // waited, or has gone.
    Outlet(Loop& loop, Fd descriptor, std::function<void()> on_progress);

    void write(std::string_view bytes);
    // The reader sees the end of file once all is out.
    void close_when_empty();
    // The reader is given up, and what it has not taken.
    void drop() noexcept;

    bool is_open() const noexcept { return descriptor_.is_open(); }
    bool is_full() const noexcept { return waiting_.size() - taken_ > high_water; }
    bool is_empty() const noexcept { return waiting_.size() == taken_; }

  private:
    std::size_t pass_on(std::string_view bytes);
    void flush();

    Loop& loop_;
    Fd descriptor_;
    Watch watch_;
    std::function<void()> on_progress_;
    std::string waiting_;
    std::size_t taken_ = 0; // of waiting_
    bool is_closing_ = false;
};

} // namespace slipway::monitor
