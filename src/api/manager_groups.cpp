// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: what makes groups, and finds them.
#include "api/group.hpp"
#include "api/manager.hpp"
#include "api/paths.hpp"

namespace slipway::api {

async::Task<bus::Message> ManagerInterface::create_group(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const std::string name = call.arguments().read_string();
    engine::GroupDefinition definition = read_group_definition(call.arguments());
    async::Task<> asking = require_parts(*context_, call, definition);
    co_await asking;
    context_->engine.groups.create(name, std::move(definition));
    bus::Message reply = call.reply();
    reply.append("o", group_path(name).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::find_group(bus::Call call)
{
    const std::string name = call.arguments().read_string();
    bus::Message reply = call.reply();
    reply.append("o", group_path(context_->engine.groups.at(name)->name).c_str());
    co_return reply;
}

} // namespace slipway::api
