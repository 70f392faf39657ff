// SPDX-License-Identifier: LGPL-2.1-or-later
// Way: sockets asked for, connected, and asked for anew where the target is another one by now.
#include "wire-proxy/way.hpp"

#include "async/readiness.hpp"
#include "base/failure.hpp"
#include "base/ip_address.hpp"

#include <algorithm>
#include <cstring>
#include <sys/socket.h>

namespace slipway::wire_proxy {

namespace {

constexpr std::uint32_t batch = 8;
constexpr int most_tries = 3;

socklen_t fill(sockaddr_storage& storage, const std::string& text, std::uint16_t port)
{
    const IpAddress address = IpAddress::parse(text).value();
    storage = {};
    if (address.is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage); // NOLINT: what it is for
        v4.sin_family = AF_INET;
        v4.sin_port = ::htons(port);
        std::memcpy(&v4.sin_addr, address.bytes().data(), address.bytes().size());
        return sizeof v4;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage); // NOLINT: what it is for
    v6.sin6_family = AF_INET6;
    v6.sin6_port = ::htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes().data(), address.bytes().size());
    return sizeof v6;
}

} // namespace

// Whether the target was started for it.
async::Task<bool> Way::refill()
{
    async::Task<client::WireReach> reaching = wire_.reach(batch);
    client::WireReach reach = co_await reaching;
    sockets_ = std::move(reach.sockets);
    address_size_ = fill(address_, reach.address, reach.port);
    if (!counters_) {
        counters_.emplace(reach.counters);
        wires::Counts& now = counters_->now();
        now.connections += early_.connections;
        now.open += early_.open;
        now.refused += early_.refused;
    }
    co_return reach.has_started;
}

// 0, or what errno says.
async::Task<int> Way::try_connect(const Fd& socket)
{
    const auto* const address = reinterpret_cast<const sockaddr*>(&address_); // NOLINT: connect(2)
    if (::connect(socket.number(), address, address_size_) == 0)
        co_return 0;
    if (errno != EINPROGRESS)
        co_return errno;
    co_await async::Readiness{*loop_, socket.number(), EPOLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    check(::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size), "look at a socket");
    co_return error;
}

async::Task<Connected> Way::connect()
{
    Connected connected;
    int error = 0;
    for (int tries = 0; tries < most_tries; ++tries) {
        {
            const auto turn = co_await refills_.take();
            if (sockets_.empty()) {
                async::Task<bool> filling = refill();
                const bool has_started = co_await filling;
                connected.has_started = connected.has_started || has_started;
            }
            if (sockets_.empty())
                break;
            connected.socket = std::move(sockets_.back());
            sockets_.pop_back();
        }
        async::Task<int> trying = try_connect(connected.socket);
        error = co_await trying;
        if (error == 0)
            co_return connected;
        // These lead to a network that nobody is in any more.
        sockets_.clear();
    }
    throw errno_failure(error, "connect to the target");
}

} // namespace slipway::wire_proxy
