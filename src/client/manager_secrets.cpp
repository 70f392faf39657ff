// SPDX-License-Identifier: LGPL-2.1-or-later
// Manager: secrets.
#include "client/manager.hpp"

namespace slipway::client {

namespace {

Method secret_method(const char* member)
{
    return {engine_path, manager_interface, member};
}

} // namespace

async::Task<> Manager::create_secret(std::string name, int value, Presence presence, std::string group)
{
    Engine::Fill fill = [name, value, presence, group](bus::Message& message) {
        append_text(message, name);
        message.append("h", value);
        OptionWriter writer{message};
        writer.flag("Replace", presence == Presence::replaced);
        if (!group.empty())
            writer.text("Group", group);
        writer.finish();
    };
    co_await engine_->call(secret_method("CreateSecret"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<std::vector<SecretInfo>> Manager::list_secrets()
{
    bus::Message reply = co_await engine_->call(secret_method("ListSecrets"), Effect::reads);
    std::vector<SecretInfo> secrets;
    reply.enter('a', "(sbst)");
    while (reply.enter('r', "sbst")) {
        SecretInfo& secret = secrets.emplace_back();
        secret.name = reply.read_string();
        int is_encrypted = 0;
        reply.read("b", &is_encrypted);
        secret.is_encrypted = is_encrypted != 0;
        secret.group = reply.read_string();
        reply.read("t", &secret.created_usec);
        reply.exit();
    }
    reply.exit();
    co_return secrets;
}

async::Task<> Manager::remove_secret(std::string name)
{
    Engine::Fill fill = [name](bus::Message& message) { append_text(message, name); };
    co_await engine_->call(secret_method("RemoveSecret"), Effect::changes, std::move(fill), change_timeout);
}

} // namespace slipway::client
