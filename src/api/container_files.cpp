// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerInterface: its files, out.
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
