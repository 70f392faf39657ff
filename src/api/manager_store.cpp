// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: the store as a whole, measured and pruned.
#include "api/job.hpp"
#include "api/manager.hpp"
#include "api/paths.hpp"
#include "api/prune_options.hpp"
#include "bus/options.hpp"

namespace slipway::api {

void add_filter(bus::OptionTable& table, engine::PruneFilter& filter)
{
    table.emplace("Until", [&filter](bus::Message& value) {
        std::uint64_t usec = 0;
        bus::into(usec)(value);
        filter.until = from_usec(usec);
    });
    table.emplace("Labels", bus::into(filter.labels));
    table.emplace("OtherLabels", bus::into(filter.other_labels));
}

namespace {

bus::Message reply_with(const bus::Call& call, const engine::Pruned& pruned)
{
    bus::Message reply = call.reply();
    reply.append_strings(pruned.names);
    reply.append("t", pruned.reclaimed);
    return reply;
}

void append_total(bus::Message& reply, const char* kind, const engine::UsageTotal& total)
{
    reply.append("(stt)", kind, total.size, total.reclaimable);
}

} // namespace

async::Task<bus::Message> ManagerInterface::disk_usage(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::read_options(call.arguments(), {});
    async::Task<engine::DiskUsage> measuring = context_->engine.caretaker.usage();
    const engine::DiskUsage usage = co_await measuring;
    bus::Message reply = call.reply();
    reply.open('a', "(ottu)");
    for (const engine::ImageUsage& image : usage.images)
        reply.append("(ottu)", image_path(image.id).c_str(), image.size, image.unique,
                     static_cast<std::uint32_t>(image.containers));
    reply.close();
    reply.open('a', "(ot)");
    for (const engine::ContainerUsage& container : usage.containers)
        reply.append("(ot)", container_path(container.name).c_str(), container.size);
    reply.close();
    reply.open('a', "(ot)");
    for (const engine::VolumeUsage& volume : usage.volumes)
        reply.append("(ot)", volume_path(volume.name).c_str(), volume.size);
    reply.close();
    reply.open('a', "(stb)");
    for (const engine::DownloadUsage& download : usage.downloads)
        reply.append("(stb)", download.chain_id.c_str(), download.size, download.is_in_use ? 1 : 0);
    reply.close();
    reply.open('a', "(stt)");
    append_total(reply, "images", usage.of_images);
    append_total(reply, "containers", usage.of_containers);
    append_total(reply, "volumes", usage.of_volumes);
    append_total(reply, "downloads", usage.of_downloads);
    reply.close();
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::check_store(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    engine::CheckRequest request;
    std::vector<Fd> files;
    const bus::OptionTable table{{"Repair", bus::into(request.repairs)}, {"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    if (request.repairs) {
        co_await context_->authorizer.require(call, manage_containers);
        co_await context_->authorizer.require(call, manage_volumes);
    }
    request.auths = read_auths(files);
    const engine::JobRef job = context_->engine.caretaker.check(std::move(request));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ManagerInterface::prune_containers(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::PruneFilter filter;
    bus::OptionTable table;
    add_filter(table, filter);
    bus::read_options(call.arguments(), table);
    async::Task<engine::Pruned> pruning = context_->engine.caretaker.prune_containers(filter);
    const engine::Pruned pruned = co_await pruning;
    co_return reply_with(call, pruned);
}

async::Task<bus::Message> ManagerInterface::prune_images(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    bool takes_all = false;
    engine::PruneFilter filter;
    bus::OptionTable table{{"All", bus::into(takes_all)}};
    add_filter(table, filter);
    bus::read_options(call.arguments(), table);
    const auto what = takes_all ? engine::Prunable::all : engine::Prunable::nameless;
    async::Task<engine::Pruned> pruning = context_->engine.caretaker.prune_images(what, filter);
    const engine::Pruned pruned = co_await pruning;
    co_return reply_with(call, pruned);
}

async::Task<bus::Message> ManagerInterface::prune_volumes(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_volumes);
    bool takes_all = false;
    engine::PruneFilter filter;
    bus::OptionTable table{{"All", bus::into(takes_all)}};
    add_filter(table, filter);
    bus::read_options(call.arguments(), table);
    using Prune = engine::VolumeKeeper::Prune;
    const auto which = takes_all ? Prune::all : Prune::anonymous;
    async::Task<engine::Pruned> pruning = context_->engine.caretaker.prune_volumes(which, filter);
    const engine::Pruned pruned = co_await pruning;
    co_return reply_with(call, pruned);
}

} // namespace slipway::api
