// SPDX-License-Identifier: LGPL-2.1-or-later
// Relay: the process that carries packets between a container's interface and the host's sockets, for a
// container whose user may make no bridges (pasta, slirp4netns).
//
// It is born beside the monitor in the scope, ends with it, and gets no other signals: `systemctl stop` sends
// the image's stop signal to everybody in the scope, and the payload may want to send something before it
// ends.
#pragma once

#include "monitor/loop.hpp"
#include "monitor/messages.hpp"

#include <functional>
#include <string>

namespace slipway::monitor {

class Relay {
  public:
    struct Namespaces {
        Fd network;
        Fd user;
    };
    struct Events {
        // The interface is up, and the ports are published.
        std::function<void()> ready;
        // It never will be.
        std::function<void(const Failure&)> failed;
        // It has ended though it was ready, and nobody has stopped it.
        std::function<void(const Failure&)> lost;
    };

    // DIRECTORY: where it may make its socket. Nothing happens before start().
    Relay(Loop& loop, RelayOrder order, Namespaces namespaces, std::string directory, Events events);
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    Relay(Relay&&) = delete;
    Relay& operator=(Relay&&) = delete;
    ~Relay();

    // CGROUP: a directory of the unified hierarchy, or not open. Throws Failure.
    void start(const Fd& cgroup);
    bool is_ready() const noexcept { return phase_ == Phase::ready; }

    // The reaper's word about a child, ours or another.
    void end(pid_t pid, const Ending& ending);

    // Kills it and waits for its end, so that its ports are free; nothing is called any more.
    void stop() noexcept;

  private:
    enum class Phase { idle, starting, asking, ready, over };

    void read_words();
    void read_readiness();
    void begin_asking();
    void ask_next();
    void read_answer();
    void fail(const std::string& reason);
    std::string name() const;

    Loop& loop_;
    RelayOrder order_;
    Namespaces namespaces_;
    Fd directory_;
    std::string directory_path_;
    Events events_;
    Phase phase_ = Phase::idle;
    Process process_;
    std::string words_; // the last it has said
    Fd words_end_;
    Watch words_watch_;
    Fd ready_end_;
    Watch ready_watch_;
    std::size_t asked_ = 0;
    std::string answer_;
    Fd conversation_;
    Watch conversation_watch_;
    Timer patience_;
};

} // namespace slipway::monitor
