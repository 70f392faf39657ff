// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: what makes wires and finds them.
#include "api/manager.hpp"
#include "api/paths.hpp"
#include "api/wire.hpp"

namespace slipway::api {

async::Task<bus::Message> ManagerInterface::create_wire(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const std::string owner = call.arguments().read_string();
    engine::WireWish wish;
    wish.target = call.arguments().read_string();
    std::uint16_t port = 0;
    call.arguments().read("q", &port);
    wish.target_port = port;
    read_wire_options(call.arguments(), wish);
    engine::Engine& engine = context_->engine;
    async::Task<std::string> creating = engine.wires.create(engine.catalog.resolve(owner), std::move(wish));
    const std::string made = co_await creating;
    bus::Message reply = call.reply();
    reply.append("o", wire_path(made).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::find_wire(bus::Call call)
{
    const std::string name = call.arguments().read_string();
    bus::Message reply = call.reply();
    reply.append("o", wire_path(context_->engine.wires.resolve(name).wire.id).c_str());
    co_return reply;
}

} // namespace slipway::api
