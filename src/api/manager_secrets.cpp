// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: secrets kept, listed and removed; what they are is never told.
#include "api/manager.hpp"
#include "bus/options.hpp"

namespace slipway::api {

void read_secrets(bus::Message& value, std::vector<engine::SecretGrant>& grants)
{
    if (value.peek().second != "aa{sv}")
        throw Failure{ErrorCode::invalid_argument, "wants a value of the D-Bus type aa{sv}"};
    value.enter('v', "aa{sv}");
    value.enter('a', "a{sv}");
    while (value.peek().first != 0) {
        engine::SecretGrant grant;
        const bus::OptionTable table{{"Name", bus::into(grant.name)},
                                     {"Target", bus::into(grant.target)},
                                     {"UID", bus::into(grant.uid)},
                                     {"GID", bus::into(grant.gid)},
                                     {"Mode", bus::into(grant.mode)}};
        bus::read_options(value, table);
        engine::check_name(grant.name);
        grants.push_back(std::move(grant));
    }
    value.exit();
    value.exit();
}

async::Task<bus::Message> ManagerInterface::create_secret(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_secrets);
    const std::string name = call.arguments().read_string();
    Fd value = call.arguments().read_fd();
    engine::Vault::PutWish wish;
    const bus::OptionTable table{{"Group", bus::into(wish.group)}, {"Replace", bus::into(wish.replaces)}};
    bus::read_options(call.arguments(), table);
    async::Task<> putting = context_->engine.lifecycle.vault().put(name, std::move(value), wish);
    co_await putting;
    co_return call.reply();
}

async::Task<bus::Message> ManagerInterface::list_secrets(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::Message reply = call.reply();
    reply.open('a', "(sbst)");
    for (const store::SecretRow& row : context_->engine.lifecycle.vault().list())
        reply.append("(sbst)", row.name.c_str(), static_cast<int>(row.is_encrypted), row.group.c_str(),
                     to_usec(row.created_at));
    reply.close();
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::remove_secret(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_secrets);
    context_->engine.lifecycle.vault().remove(call.arguments().read_string());
    co_return call.reply();
}

} // namespace slipway::api
