// SPDX-License-Identifier: LGPL-2.1-or-later
// Manager: what registries are only asked, as calls.
#include "client/manager.hpp"

namespace slipway::client {

namespace {

// A registry that is slow, and asked again, takes its time.
constexpr bus::CallTimeout registry_timeout = std::chrono::minutes{10};

Method registry_method(const char* member)
{
    return {engine_path, manager_interface, member};
}

// What all of them are told: whom or what it is about, and who asks.
Engine::Fill about(std::string name, std::vector<int> auths)
{
    return [name = std::move(name), auths = std::move(auths)](bus::Message& message) {
        append_text(message, name);
        OptionWriter writer{message};
        writer.files("AuthFiles", auths);
        writer.finish();
    };
}

} // namespace

async::Task<Fd> Manager::log_in(std::string registry, std::vector<int> auths)
{
    Engine::Fill fill = about(std::move(registry), std::move(auths));
    bus::Message reply =
        co_await engine_->call(registry_method("LogIn"), Effect::reads, std::move(fill), registry_timeout);
    co_return reply.read_fd();
}

async::Task<std::vector<std::string>> Manager::list_tags(std::string repository, std::vector<int> auths)
{
    Engine::Fill fill = about(std::move(repository), std::move(auths));
    bus::Message reply =
        co_await engine_->call(registry_method("ListTags"), Effect::reads, std::move(fill), registry_timeout);
    co_return reply.read_strings();
}

async::Task<Referrers> Manager::list_referrers(std::string reference,
                                               std::optional<std::string> artifact_type,
                                               std::vector<int> auths)
{
    Engine::Fill fill = [reference, artifact_type, auths](bus::Message& message) {
        append_text(message, reference);
        OptionWriter writer{message};
        writer.text("ArtifactType", artifact_type);
        writer.files("AuthFiles", auths);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(registry_method("ListReferrers"), Effect::reads,
                                                std::move(fill), registry_timeout);
    Referrers found;
    found.subject = reply.read_string();
    reply.enter('a', "(ssta{ss})");
    while (reply.enter('r', "ssta{ss}")) {
        Referrer entry;
        entry.digest = reply.read_string();
        entry.artifact_type = reply.read_string();
        reply.read("t", &entry.size);
        reply.enter('a', "{ss}");
        const char* key = nullptr;
        const char* value = nullptr;
        while (reply.read("{ss}", &key, &value))
            entry.annotations.emplace(key, value);
        reply.exit();
        reply.exit();
        found.entries.push_back(std::move(entry));
    }
    reply.exit();
    co_return found;
}

async::Task<std::vector<FoundImage>>
Manager::search_images(std::string term, std::optional<std::uint64_t> limit, std::vector<int> auths)
{
    Engine::Fill fill = [term, limit, auths](bus::Message& message) {
        append_text(message, term);
        OptionWriter writer{message};
        writer.number("Limit", limit);
        writer.files("AuthFiles", auths);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(registry_method("SearchImages"), Effect::reads,
                                                std::move(fill), registry_timeout);
    std::vector<FoundImage> found;
    reply.enter('a', "(sstb)");
    const char* name = nullptr;
    const char* description = nullptr;
    std::uint64_t stars = 0;
    int is_official = 0;
    while (reply.read("(sstb)", &name, &description, &stars, &is_official))
        found.push_back({name, description, stars, is_official != 0});
    reply.exit();
    co_return found;
}

} // namespace slipway::client
