// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: what registries are only asked. Who may let the engine speak with them may pull, too.
#include "api/manager.hpp"
#include "base/file.hpp"
#include "bus/options.hpp"
#include "engine/image/enquiry.hpp"

#include <fcntl.h>

namespace slipway::api {

namespace {

constexpr std::size_t auth_file_limit = 1U << 20U;

} // namespace

std::vector<oci::AuthFile> read_auths(const std::vector<Fd>& files)
{
    std::vector<oci::AuthFile> auths;
    for (const Fd& file : files) {
        // Any other could let the engine wait.
        if (::fcntl(file.number(), F_GET_SEALS) < 0)
            throw Failure{ErrorCode::invalid_argument,
                          "AuthFiles: each must be a memory file (memfd_create(2))"};
        auths.push_back(
            oci::parse_auth_file(read_all(file.number(), "credentials", auth_file_limit), "credentials")
                .value());
    }
    return auths;
}

async::Task<bus::Message> ManagerInterface::log_in(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    const std::string registry = call.arguments().read_string();
    std::vector<Fd> files;
    const bus::OptionTable table{{"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    async::Task<oci::Credentials> asking = context_->engine.gallery.log_in(registry, read_auths(files));
    const oci::Credentials kept = co_await asking;
    oci::AuthFile file;
    file.credentials.emplace(oci::auth_key(registry), kept);
    const Fd memory = make_memory_file("credentials", oci::to_json(file));
    bus::Message reply = call.reply();
    reply.append("h", memory.number());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::list_tags(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    const std::string repository = call.arguments().read_string();
    std::vector<Fd> files;
    const bus::OptionTable table{{"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    async::Task<std::vector<std::string>> asking =
        context_->engine.gallery.list_tags(repository, read_auths(files));
    const std::vector<std::string> tags = co_await asking;
    bus::Message reply = call.reply();
    reply.append_strings(tags);
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::list_referrers(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    const std::string reference = call.arguments().read_string();
    std::string artifact_type;
    std::vector<Fd> files;
    const bus::OptionTable table{{"ArtifactType", bus::into(artifact_type)}, {"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    async::Task<engine::Referrers> asking =
        context_->engine.gallery.list_referrers(reference, artifact_type, read_auths(files));
    const engine::Referrers found = co_await asking;
    bus::Message reply = call.reply();
    reply.append("s", found.subject.text().c_str());
    reply.open('a', "(ssta{ss})");
    for (const oci::IndexEntry& entry : found.entries) {
        reply.open('r', "ssta{ss}");
        reply.append("sst", entry.descriptor.digest.text().c_str(), entry.artifact_type.c_str(),
                     entry.descriptor.size);
        reply.open('a', "{ss}");
        for (const auto& [key, value] : entry.annotations)
            reply.append("{ss}", key.c_str(), value.c_str());
        reply.close();
        reply.close();
    }
    reply.close();
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::search_images(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    const std::string term = call.arguments().read_string();
    std::uint64_t limit = 0;
    std::vector<Fd> files;
    const bus::OptionTable table{{"Limit", bus::into(limit)}, {"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    async::Task<std::vector<engine::SearchRow>> asking =
        context_->engine.gallery.search(term, limit, read_auths(files));
    const std::vector<engine::SearchRow> rows = co_await asking;
    bus::Message reply = call.reply();
    reply.open('a', "(sstb)");
    for (const engine::SearchRow& row : rows)
        reply.append("(sstb)", row.name.c_str(), row.description.c_str(), row.stars, row.is_official ? 1 : 0);
    reply.close();
    co_return reply;
}

} // namespace slipway::api
