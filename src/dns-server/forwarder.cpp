// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwarder: flights, rounds, servers.
#include "dns-server/forwarder.hpp"

#include "async/timer.hpp"
#include "dns-server/complain.hpp"
#include "dns-server/exchange.hpp"

#include <algorithm>
#include <array>

namespace slipway::dns_server {

namespace {

bool is_an_answer(const Reply& reply)
{
    return reply.code == LDNS_RCODE_NOERROR || reply.code == LDNS_RCODE_NXDOMAIN;
}

// Nothing where it fails in whichever way.
async::Task<ReplyRef> try_server(async::EventLoop& loop, SocketAddress server, Enquiry enquiry,
                                 async::Duration patience)
{
    try {
        co_return co_await async::within(loop, patience, ask_server(loop, server, std::move(enquiry)));
    } catch (const Failure&) {
        co_return nullptr;
    }
}

} // namespace

Forwarder::Forwarder(async::EventLoop& loop, Servers servers, Patience patience)
    : loop_{&loop}, servers_{std::move(servers)}, patience_{patience},
      scope_{[](const std::exception_ptr& failure) { complain(failure); }}
{
}

async::Task<ReplyRef> Forwarder::ask(Enquiry enquiry)
{
    const std::string key = enquiry.key();
    std::shared_ptr<Flight> flight;
    if (const auto other = flights_.find(key); other != flights_.end()) {
        flight = other->second;
    } else {
        flight = std::make_shared<Flight>();
        flights_.emplace(key, flight);
        scope_.spawn(fly(std::move(enquiry), flight));
    }
    if (!flight->is_over)
        co_await flight->landed.next();
    co_return flight->reply;
}

async::Task<> Forwarder::fly(Enquiry enquiry, std::shared_ptr<Flight> flight)
{
    const std::string key = enquiry.key();
    try {
        flight->reply = co_await ask_servers(std::move(enquiry));
        if (flight->reply)
            cache_.keep(key, flight->reply);
    } catch (...) {
        complain(std::current_exception());
    }
    flights_.erase(key);
    flight->is_over = true;
    flight->landed.notify();
}

// The first real answer; else the best of what else was said.
async::Task<ReplyRef> Forwarder::ask_servers(Enquiry enquiry)
{
    std::vector<SocketAddress> servers = servers_();
    std::stable_partition(servers.begin(), servers.end(), [this](const SocketAddress& server) {
        return favourite_ && server == *favourite_;
    });
    const std::array rounds{patience_.first, patience_.second};
    ReplyRef other;
    for (const std::chrono::milliseconds patience : rounds) {
        for (const SocketAddress& server : servers) {
            ReplyRef reply = co_await try_server(*loop_, server, enquiry, patience);
            if (reply && is_an_answer(*reply)) {
                favourite_ = server;
                co_return reply;
            }
            if (reply)
                other = std::move(reply);
        }
        if (other)
            break;
    }
    co_return other;
}

} // namespace slipway::dns_server
