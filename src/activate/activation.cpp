// SPDX-License-Identifier: LGPL-2.1-or-later
// Activation: started, followed, stopped when nobody is connected.
#include "activate/activation.hpp"

#include "async/readiness.hpp"
#include "async/timer.hpp"
#include "base/failure.hpp"
#include "netlink/listening.hpp"
#include "netlink/namespaces.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace slipway::activate {

namespace {

constexpr int most_attempts = 3;

using Clock = std::chrono::steady_clock;

// How often in a time without connections it is looked whether there are any.
constexpr int looks = 10;
constexpr std::chrono::milliseconds shortest_look{100};
constexpr std::chrono::seconds longest_look{10};

// One that ends sooner, and not well, would be started by the same connection again and again.
constexpr std::chrono::seconds shortest_life{1};

void complain(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& known) {
        std::fprintf(stderr, "%s\n", known.what());
    }
}

int option_of(const Fd& socket, int option)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(socket.number(), SOL_SOCKET, option, &value, &size) < 0 ? 0 : value;
}

// 0 for what is no TCP socket.
std::uint16_t port_of(const Fd& socket)
{
    if (option_of(socket, SO_PROTOCOL) != IPPROTO_TCP)
        return 0;
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    check(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size),
          "look at a socket"); // NOLINT
    // The port is in the same place of both families.
    return ::ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port); // NOLINT
}

} // namespace

Activation::Activation(async::EventLoop& loop, std::string container, async::PassedSockets passed)
    : loop_{&loop}, name_{std::move(container)}, sockets_{std::move(passed.sockets)}, names_{std::move(
                                                                                          passed.names)},
      engine_{loop, client::connector_by(client::Route::automatic, client::Reach::machine)}, tasks_{&complain}
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_signal(loop.bare(), &source, SIGTERM, &Activation::asked_to_end, this),
                   "wait for SIGTERM");
    ending_ = async::Source{source};
    tasks_.spawn(follow());
}

int Activation::asked_to_end(sd_event_source*, const signalfd_siginfo*, void* self)
{
    auto* const activation = static_cast<Activation*>(self);
    activation->tasks_.spawn(activation->stop());
    return 0;
}

// What waits in them would have systemd start this again at once.
void Activation::refuse_all() noexcept
{
    for (const Fd& socket : sockets_) {
        const int flags = ::fcntl(socket.number(), F_GETFL);
        ::fcntl(socket.number(), F_SETFL, flags | O_NONBLOCK);
        if (option_of(socket, SO_ACCEPTCONN) != 0) {
            for (;;)
                if (const Fd caller{::accept4(socket.number(), nullptr, nullptr, SOCK_CLOEXEC)}; !caller)
                    break;
        } else {
            char byte = 0;
            while (::recv(socket.number(), &byte, sizeof byte, 0) >= 0) {
            }
        }
        ::fcntl(socket.number(), F_SETFL, flags);
    }
}

async::Task<> Activation::start()
{
    client::Manager manager{engine_};
    const std::string path = co_await manager.find_container(name_);
    container_.emplace(engine_, path);
    std::vector<int> numbers;
    numbers.reserve(sockets_.size());
    for (const Fd& socket : sockets_)
        numbers.push_back(socket.number());
    for (int attempt = 1;; ++attempt) {
        try {
            async::Task<> starting = container_->start(numbers, names_);
            co_await starting;
            co_return;
        } catch (const Failure& failure) {
            // An engine that ended meanwhile has started it or not: the next one says, and nobody is refused
            // for that.
            if (failure.code() == ErrorCode::already_running && attempt > 1)
                co_return;
            if (failure.code() != ErrorCode::unavailable || attempt == most_attempts)
                throw;
        }
    }
}

async::Task<> Activation::follow()
{
    std::exception_ptr failure;
    try {
        async::Task<> starting = start();
        co_await starting;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (failure) {
        refuse_all();
        complain(failure);
        loop_->leave(1);
        co_return;
    }
    sd_notify(0, "READY=1");
    const Clock::time_point begin = Clock::now();
    int status = 0;
    try {
        async::Task<int> ending = await_end();
        status = co_await ending;
    } catch (const Failure&) {
        // One that is removed at its end is not there to be asked.
        has_ended_ = true;
    }
    if (status != 0 && Clock::now() - begin < shortest_life)
        refuse_all();
    loop_->leave(0);
}

async::Task<int> Activation::await_end()
{
    const client::ContainerInfo info = co_await container_->read();
    const Fd payload{info.pid == 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, info.pid, 0))};
    if (payload) {
        // The engine may leave meanwhile.
        engine_.disconnect();
        if (info.idle_stop_usec != 0)
            tasks_.spawn(
                stop_when_idle(std::chrono::microseconds{static_cast<std::int64_t>(info.idle_stop_usec)}));
        co_await async::readable(*loop_, payload.number());
        has_ended_ = true;
    }
    // Until the engine knows of it too: the next connection would find a container that runs.
    const int status = co_await container_->wait();
    co_return status;
}

async::Task<> Activation::stop()
{
    if (!container_)
        co_return;
    try {
        co_await container_->stop({});
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::not_running && failure.code() != ErrorCode::no_such_container)
            throw;
    }
}

bool Activation::is_connected() const
{
    netlink::TcpSockets all{netlink::own_network_namespace()};
    return std::ranges::any_of(sockets_, [&all](const Fd& socket) {
        const std::uint16_t port = port_of(socket);
        return port != 0 && all.count_connected(port) != 0;
    });
}

async::Task<> Activation::stop_when_idle(std::chrono::microseconds limit)
{
    Clock::time_point last_use = Clock::now();
    for (;;) {
        co_await async::sleep_for(*loop_,
                                  std::clamp<async::Duration>(limit / looks, shortest_look, longest_look));
        const Clock::time_point now = Clock::now();
        if (is_connected())
            last_use = now;
        if (now - last_use < limit)
            continue;
        last_use = now;
        co_await container_->stop_if_idle();
        if (has_ended_)
            co_return;
        engine_.disconnect();
    }
}

} // namespace slipway::activate
