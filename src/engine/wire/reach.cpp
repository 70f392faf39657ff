// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: the way to a target: woken, waited for, and sockets that are in its network already, so that whoever
// carries the bytes needs no right of its own.
#include "async/timer.hpp"
#include "engine/network/wiring.hpp"
#include "engine/wire/wires.hpp"
#include "netlink/namespaces.hpp"

#include <algorithm>
#include <sched.h>
#include <sys/socket.h>

namespace slipway::engine {

namespace {

using ReachClock = std::chrono::steady_clock;

constexpr std::chrono::seconds listening_patience{60};
// The kernel tells nobody of a socket that begins to listen.
constexpr std::chrono::milliseconds first_pause{1};
constexpr std::chrono::milliseconds longest_pause{20};

bool is_all(const IpAddress& address)
{
    return std::ranges::all_of(address.bytes(), [](std::uint8_t byte) { return byte == 0; });
}

// The network namespace of one that has just been running.
std::shared_ptr<Fd> open_network(const Container& target)
{
    try {
        if (target.is_running())
            return std::make_shared<Fd>(namespace_of(target.row.state.pid, "net", CLONE_NEWNET, "network"));
    } catch (const Failure&) {
        // Its process has gone, and the news of that is on its way.
    }
    throw Failure{ErrorCode::start_failed, "the container " + target.name() +
                                               " ended as soon as it was started (slipway logs " +
                                               target.name() + ")"};
}

} // namespace

// False where it runs already.
async::Task<bool> Wires::wake(ContainerRef target)
{
    while (target->state == State::starting || target->state == State::stopping)
        co_await target->changed.next();
    if (!target->is_at_rest())
        co_return false;
    bool was_faster = false;
    try {
        async::Task<Timings> starting = lifecycle_->start(target, {});
        co_await starting;
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::already_running)
            throw;
        was_faster = true;
    }
    co_return !was_faster;
}

// A connection from outside is one from an address of the target's own; the loopback is for its own programs.
IpAddress Wires::own_address(const Container& target, const IpAddress& listening) const
{
    if (!is_all(listening))
        return listening;
    for (const Connection& connection : target.spec.network.connections)
        if (const std::optional<Addresses> own = networks_->addresses_of(target, connection)) {
            if (own->ip6 && !listening.is_v4())
                return *own->ip6;
            if (own->ip4)
                return *own->ip4;
        }
    return IpAddress::parse(listening.is_v4() ? "127.0.0.1" : "::1").value();
}

async::Task<IpAddress> Wires::listening_address(ContainerRef target, std::uint16_t port,
                                                std::shared_ptr<Fd> inside)
{
    const auto probe = std::make_shared<std::optional<netlink::TcpSockets>>();
    std::function<void()> opening = [probe, inside] { probe->emplace(*inside); };
    co_await worker_.run(std::move(opening));
    const auto deadline = ReachClock::now() + listening_patience;
    std::chrono::milliseconds pause = first_pause;
    for (int tries = 0;; ++tries) {
        const std::optional<IpAddress> found =
            lifecycle_->is_ready(target) ? (*probe)->find_listening(port) : std::nullopt;
        if (found)
            co_return own_address(*target, *found);
        if (!target->is_running())
            throw Failure{ErrorCode::start_failed,
                          "the container " + target->name() + " ended before it listened on port " +
                              std::to_string(port) + " (slipway logs " + target->name() + ")"};
        if (ReachClock::now() > deadline)
            throw Failure{ErrorCode::timed_out, "the container " + target->name() +
                                                    " does not listen on port " + std::to_string(port) +
                                                    " after 60 seconds"};
        constexpr int quick_tries = 2000;
        if (tries > quick_tries)
            pause = longest_pause;
        co_await async::sleep_for(*loop_, pause);
    }
}

async::Task<WireReach> Wires::reach(std::string id, unsigned count)
{
    const OwnedWire found = at(id);
    const ContainerRef target = lifecycle_->catalog().at(found.wire.target);
    WireReach reach;
    async::Task<bool> waking = wake(target);
    reach.has_started = co_await waking;
    const std::shared_ptr<Fd> inside = open_network(*target);
    async::Task<IpAddress> listening = listening_address(target, found.wire.target_port, inside);
    reach.address = co_await listening;
    reach.port = found.wire.target_port;
    const auto made = std::make_shared<std::vector<Fd>>();
    const int family = reach.address.is_v4() ? AF_INET : AF_INET6;
    std::function<void()> making = [made, inside, family, count] {
        netlink::in_namespace(*inside, [&] {
            for (unsigned i = 0; i < count; ++i)
                made->push_back(Fd{
                    check(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")});
        });
    };
    co_await worker_.run(std::move(making));
    reach.sockets = std::move(*made);
    reach.idle_stop = target->spec.idle_stop;
    std::filesystem::create_directories(sockets_->counters_of(id).parent_path());
    reach.counters = wires::create_counters(sockets_->counters_of(id));
    co_return reach;
}

} // namespace slipway::engine
