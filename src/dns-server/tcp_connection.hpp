// SPDX-License-Identifier: LGPL-2.1-or-later
// TcpConnection: questions by TCP, as many as the asker sends, each answered as soon as its answer is there
// (RFC 7766).
#pragma once

#include "async/event_loop.hpp"
#include "base/fd.hpp"
#include "dns-server/responder.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace slipway::dns_server {

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
  public:
    // ON_END is called once, from the loop, when the asker has gone, is silent for too long or is not
    // understood; then the connection is to be dropped.
    TcpConnection(async::EventLoop& loop, Fd socket, const Client& client, Responder& responder,
                  std::chrono::microseconds patience, std::function<void()> on_end);
    TcpConnection(const TcpConnection&) = delete;
    TcpConnection& operator=(const TcpConnection&) = delete;
    TcpConnection(TcpConnection&&) = delete;
    TcpConnection& operator=(TcpConnection&&) = delete;
    ~TcpConnection() = default;

    const IpAddress& peer() const noexcept { return client_.address; }

  private:
    static int ready(sd_event_source*, int, std::uint32_t events, void* self);
    static int expired(sd_event_source*, std::uint64_t, void* self);
    void go_on();
    void work();
    bool read();
    void take_questions();
    bool has_question(std::size_t begin = 0) const;
    void take_question(std::string_view question);
    void put(std::string_view answer);
    bool write();
    bool has_room() const;
    void restart_clock();
    void end();

    async::EventLoop* loop_;
    Fd socket_;
    Client client_;
    Responder* responder_;
    std::chrono::microseconds patience_;
    std::function<void()> on_end_;
    std::string in_;
    std::string out_;
    unsigned pending_ = 0;   // answers that are waited for
    bool is_at_end_ = false; // the asker has said all
    async::Source ready_;
    async::Source expired_;
};

} // namespace slipway::dns_server
