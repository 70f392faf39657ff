// SPDX-License-Identifier: LGPL-2.1-or-later
// HeldSockets: sockets that the engine itself holds where no systemd does, and the name servers that answer
// on them: started by the first question, gone after a while without, started again by the next.
#pragma once

#include "async/event_loop.hpp"
#include "async/task_scope.hpp"
#include "base/fd.hpp"
#include "placement/socket.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace slipway::placement {

class HeldSockets {
  public:
    // PROGRAMS: where slipway-dns is; RUN: where the networks' names are.
    HeldSockets(async::EventLoop& loop, std::filesystem::path programs, std::filesystem::path run,
                async::TaskScope::OnFailure on_failure);

    // Whether it has a program for UNIT ("slipway-dns@web.socket").
    static bool knows(const std::string& unit);
    // One of that name that is held stays. Throws Failure.
    void hold(const SocketRequest& request);
    // What it has started ends. UNIT: the socket's or the service's; one that is not held is no matter.
    void release(const std::string& unit);

  private:
    struct Held {
        explicit Held(async::TaskScope::OnFailure on_failure) : tasks{std::move(on_failure)} {}
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        Held(Held&&) = delete;
        Held& operator=(Held&&) = delete;
        ~Held();

        std::string name; // of the network
        std::vector<Fd> sockets;
        Fd any; // readable where one of them is (epoll(7))
        pid_t pid = 0;
        Fd server; // a pidfd, while it runs
        async::TaskScope tasks;
    };

    async::Task<> serve(Held* held);
    void start_server(Held& held) const;

    async::EventLoop* loop_;
    std::filesystem::path programs_;
    std::filesystem::path run_;
    async::TaskScope::OnFailure on_failure_;
    std::map<std::string, std::unique_ptr<Held>> held_; // by the unit without its suffix
};

} // namespace slipway::placement
