// SPDX-License-Identifier: LGPL-2.1-or-later
// Proxy: accepted, connected, carried, counted.
#include "wire-proxy/proxy.hpp"

#include "async/readiness.hpp"
#include "async/timer.hpp"
#include "base/failure.hpp"
#include "wire-proxy/pump.hpp"

#include <cstdio>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace slipway::wire_proxy {

namespace {

using Clock = std::chrono::steady_clock;

// Descriptors have run out, or memory: others have to end first.
constexpr std::chrono::milliseconds shortage_pause{100};

void complain(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& known) {
        std::fprintf(stderr, "%s\n", known.what());
    }
}

// No waiting for more bytes to send along; of a Unix socket there is none.
void send_at_once(const Fd& socket)
{
    const int yes = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

// The caller hears of a refusal, and not of an end.
void cut(const Fd& caller)
{
    const linger none{1, 0};
    ::setsockopt(caller.number(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

// One that is open, for as long as this lives.
class Open {
  public:
    explicit Open(Way& way) : way_{&way}
    {
        ++way_->counts().connections;
        ++way_->counts().open;
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    Open(Open&&) = delete;
    Open& operator=(Open&&) = delete;
    ~Open() { --way_->counts().open; }

  private:
    Way* way_;
};

} // namespace

Proxy::Proxy(async::EventLoop& loop, Way& way, std::vector<Fd> sockets, std::chrono::seconds idle_limit)
    : loop_{&loop}, way_{&way}, idle_limit_{idle_limit}, listening_{&complain}, carrying_{&complain}
{
    for (Fd& socket : sockets) {
        const int flags = check(::fcntl(socket.number(), F_GETFL), "look at a socket");
        check(::fcntl(socket.number(), F_SETFL, flags | O_NONBLOCK), "change a socket");
        listening_.spawn(listen(std::move(socket)));
    }
    listening_.spawn(leave_when_idle());
}

async::Task<> Proxy::leave_when_idle()
{
    for (;;) {
        const std::uint64_t before = arrivals_;
        co_await async::sleep_for(*loop_, idle_limit_);
        if (arrivals_ == before && carrying_.size() == 0) {
            loop_->leave(0);
            co_return;
        }
    }
}

async::Task<> Proxy::listen(Fd socket)
{
    for (;;) {
        Fd caller{::accept4(socket.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (caller) {
            ++arrivals_;
            carrying_.spawn(carry(std::move(caller)));
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            co_await async::sleep_for(*loop_, shortage_pause);
        else
            co_await async::readable(*loop_, socket.number());
    }
}

async::Task<> Proxy::carry(Fd caller)
{
    const Open open{*way_};
    const Clock::time_point begin = Clock::now();
    std::exception_ptr failure;
    Connected connected;
    try {
        async::Task<Connected> connecting = way_->connect();
        connected = co_await connecting;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (failure) {
        ++way_->counts().refused;
        cut(caller);
        std::rethrow_exception(failure);
    }
    if (connected.has_started) {
        ++way_->counts().starts;
        way_->counts().last_start_usec = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count());
    }
    async::Task<> carrying = carry_both(std::move(caller), std::move(connected.socket));
    co_await carrying;
}

async::Task<> Proxy::carry_both(Fd caller, Fd target)
{
    send_at_once(caller);
    send_at_once(target);
    // epoll(7) takes a descriptor once.
    const Fd to_caller = caller.duplicate();
    const Fd to_target = target.duplicate();
    async::Task<> there = pump(*loop_, caller, to_target, way_->counts().to_target);
    async::Task<> back = pump(*loop_, target, to_caller, way_->counts().from_target);
    there.start();
    back.start();
    co_await there;
    co_await back;
}

} // namespace slipway::wire_proxy
