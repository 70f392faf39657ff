// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerInterface: its files, out and in.
#include "api/container.hpp"
#include "api/job.hpp"
#include "api/paths.hpp"
#include "bus/options.hpp"

namespace slipway::api {

async::Task<bus::Message> ContainerInterface::export_root(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    Fd archive = call.arguments().read_fd();
    bus::read_options(call.arguments(), {});
    const engine::JobRef job = context_->engine.files.export_root(at(call.path()), std::move(archive));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ContainerInterface::copy_from(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const std::string path = call.arguments().read_string();
    Fd archive = call.arguments().read_fd();
    bool follows_link = false;
    const bus::OptionTable table{{"FollowLink", bus::into(follows_link)}};
    bus::read_options(call.arguments(), table);
    const engine::LastLink last = follows_link ? engine::LastLink::follow : engine::LastLink::keep;
    const engine::JobRef job =
        context_->engine.files.copy_from(at(call.path()), path, last, std::move(archive));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ContainerInterface::copy_to(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::CopyTarget target;
    target.path = call.arguments().read_string();
    Fd archive = call.arguments().read_fd();
    const bus::OptionTable table{{"Owners", bus::into(target.keeps_owners)},
                                 {"Archive", bus::into(target.is_archive)}};
    bus::read_options(call.arguments(), table);
    const engine::JobRef job =
        context_->engine.files.copy_to(at(call.path()), std::move(target), std::move(archive));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ContainerInterface::diff(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    Fd output = call.arguments().read_fd();
    bus::read_options(call.arguments(), {});
    async::Task<> listing = context_->engine.files.diff(at(call.path()), std::move(output));
    co_await listing;
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::commit(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    co_await context_->authorizer.require(call, manage_images);
    engine::CommitRequest request;
    request.name = call.arguments().read_string();
    bool pauses = true;
    const bus::OptionTable table{{"Changes", bus::into(request.changes)},
                                 {"Comment", bus::into(request.comment)},
                                 {"Author", bus::into(request.author)},
                                 {"Pause", bus::into(pauses)}};
    bus::read_options(call.arguments(), table);
    request.pausing = pauses ? engine::Pausing::yes : engine::Pausing::no;
    engine::Engine& engine = context_->engine;
    const engine::JobRef job = engine.gallery.commit(engine.lifecycle, at(call.path()), std::move(request));
    co_return job_reply(call, *job);
}

} // namespace slipway::api
