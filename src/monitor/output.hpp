// SPDX-License-Identifier: LGPL-2.1-or-later
// Output: what a process writes, from its pipe or terminal to the journal by
// lines and to the client as it comes.
//
// Whichever of the two is slower sets the pace: nothing is read while the
// client has much waiting or the journal is congested. Once the process has
// ended the client's slowness counts no more, since little can be left.
#pragma once

#include "monitor/log.hpp"
#include "monitor/outlet.hpp"

#include <optional>

namespace slipway::monitor {

class Output {
  public:
    enum class Source { pipe, terminal };

    // CHANGED is called when is_drained() or is_flushed() may have become true.
    Output(Loop& loop, Fd source, Source kind, std::optional<StreamLog> log, Fd client,
           std::function<void()> changed);

    // Reads what there is; after a congestion, or to be quick.
    void resume();
    // The process is gone: what can be read is the rest.
    void expect_end();
    // Somebody outside still holds the other end: do not wait for it.
    void abandon_source();
    void abandon_client();

    // The end of file was met and all is logged.
    bool is_drained() const noexcept { return !source_.is_open() && unlogged_.empty(); }
    // And the client has taken it.
    bool is_flushed() const noexcept { return is_drained() && client_.is_empty(); }
    // It is the journal that is waited for.
    bool is_held_up() const noexcept { return !unlogged_.empty(); }
    std::uint64_t bytes_read() const noexcept { return bytes_read_; }

  private:
    bool read_some();
    void pass_on(std::string_view bytes);
    void log_lines(std::string_view bytes);
    void end();
    bool may_read() const noexcept;

    Source kind_;
    Fd source_;
    Watch watch_;
    std::optional<StreamLog> log_;
    LineSplitter splitter_;
    std::string unlogged_; // read, but the journal is congested
    Outlet client_;
    std::function<void()> changed_;
    std::uint64_t bytes_read_ = 0;
    std::uint64_t bytes_at_end_ = 0;
    std::uint32_t awaited_ = EPOLLIN;
    bool is_ending_ = false;
};

} // namespace slipway::monitor
