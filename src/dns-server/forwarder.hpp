// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwarder: asks the host's resolvers one after the other, and remembers; who asks the same meanwhile waits
// with the first.
#pragma once

#include "async/event_loop.hpp"
#include "async/signal.hpp"
#include "async/task.hpp"
#include "async/task_scope.hpp"
#include "dns-server/cache.hpp"
#include "dns-server/enquiry.hpp"
#include "dns-server/socket_address.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace slipway::dns_server {

// How long a server is waited for: in the first round, and in the second one, which is for what was lost.
struct Patience {
    std::chrono::milliseconds first{1500};
    std::chrono::milliseconds second{3000};
};

class Forwarder {
  public:
    // The servers to be asked now.
    using Servers = std::function<std::vector<SocketAddress>()>;

    Forwarder(async::EventLoop& loop, Servers servers, Patience patience = {});
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;
    Forwarder(Forwarder&&) = delete;
    Forwarder& operator=(Forwarder&&) = delete;
    ~Forwarder() = default;

    // What is known without asking; else nothing.
    ReplyRef find(const Enquiry& enquiry) { return cache_.find(enquiry.key(), Clock::now()); }
    // Nothing where no server has answered.
    async::Task<ReplyRef> ask(Enquiry enquiry);

  private:
    struct Flight {
        bool is_over = false;
        ReplyRef reply;
        async::Signal landed;
    };

    async::Task<> fly(Enquiry enquiry, std::shared_ptr<Flight> flight);
    async::Task<ReplyRef> ask_servers(Enquiry enquiry);

    async::EventLoop* loop_;
    Servers servers_;
    Patience patience_;
    // The one that has answered last is asked first: another one may be out of reach for long.
    std::optional<SocketAddress> favourite_;
    Cache cache_;
    std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
    async::TaskScope scope_;
};

} // namespace slipway::dns_server
