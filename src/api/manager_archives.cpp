// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: images out and in as archives.
#include "api/job.hpp"
#include "api/manager.hpp"
#include "api/paths.hpp"
#include "bus/options.hpp"

namespace slipway::api {

async::Task<bus::Message> ManagerInterface::save_images(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    engine::SaveRequest request;
    request.images = call.arguments().read_strings();
    Fd archive = call.arguments().read_fd();
    const bus::OptionTable table{{"Format", bus::into(request.format)}};
    bus::read_options(call.arguments(), table);
    const engine::JobRef job = context_->engine.gallery.save(std::move(archive), request);
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ManagerInterface::load_images(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    Fd archive = call.arguments().read_fd();
    std::string platform;
    const bus::OptionTable table{{"Platform", bus::into(platform)}};
    bus::read_options(call.arguments(), table);
    engine::LoadRequest request;
    if (!platform.empty())
        request.platform = oci::parse_platform(platform).value();
    const engine::JobRef job = context_->engine.gallery.load(std::move(archive), std::move(request));
    co_return job_reply(call, *job);
}

} // namespace slipway::api
