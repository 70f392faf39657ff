// SPDX-License-Identifier: LGPL-2.1-or-later
// FakeResolver: a host's resolver that answers, or does not, as a test wants it to.
#pragma once

#include "async/event_loop.hpp"
#include "async/task_scope.hpp"
#include "base/fd.hpp"
#include "dns-server/socket_address.hpp"

#include <functional>
#include <string>
#include <vector>

namespace slipway::dns_server {

class FakeResolver {
  public:
    // What is answered to a query: nothing, or several packets.
    using Answers = std::function<std::vector<std::string>(const std::string& query)>;

    explicit FakeResolver(async::EventLoop& loop);

    const SocketAddress& address() const { return address_; }
    void answer_datagrams(Answers answers) { datagram_answers_ = std::move(answers); }
    void answer_streams(Answers answers) { stream_answers_ = std::move(answers); }

    // All that came.
    const std::vector<std::string>& datagrams() const { return datagrams_; }
    const std::vector<std::string>& streams() const { return streams_; }
    // Where the datagrams came from.
    const std::vector<SocketAddress>& askers() const { return askers_; }

  private:
    async::Task<> serve_datagrams();
    async::Task<> serve_streams();
    async::Task<> serve_stream(Fd connection);

    async::EventLoop* loop_;
    Fd datagram_socket_;
    Fd listener_;
    SocketAddress address_;
    Answers datagram_answers_;
    Answers stream_answers_;
    std::vector<std::string> datagrams_;
    std::vector<std::string> streams_;
    std::vector<SocketAddress> askers_;
    async::TaskScope scope_;
};

} // namespace slipway::dns_server
