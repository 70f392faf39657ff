// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: what makes volumes, and finds them.
#include "api/job.hpp"
#include "api/manager.hpp"
#include "api/paths.hpp"
#include "bus/options.hpp"

namespace slipway::api {

engine::VolumeSettings read_volume_settings(bus::Message& message)
{
    engine::VolumeSettings settings;
    const bus::OptionTable table{{"Labels", bus::into(settings.labels)},
                                 {"Options", bus::into(settings.options)}};
    bus::read_options(message, table);
    return settings;
}

async::Task<bus::Message> ManagerInterface::create_volume(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_volumes);
    const std::string name = call.arguments().read_string();
    engine::VolumeSettings settings = read_volume_settings(call.arguments());
    async::Task<std::string> creating = context_->engine.volumes.create(name, std::move(settings));
    const std::string made = co_await creating;
    bus::Message reply = call.reply();
    reply.append("o", volume_path(made).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::find_volume(bus::Call call)
{
    const std::string name = call.arguments().read_string();
    bus::Message reply = call.reply();
    reply.append("o", volume_path(context_->engine.store.volumes().at(name).name).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::import_volume(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_volumes);
    Fd archive = call.arguments().read_fd();
    const std::string name = call.arguments().read_string();
    bus::read_options(call.arguments(), {});
    const engine::JobRef job = context_->engine.volumes.import(std::move(archive), name);
    co_return job_reply(call, *job);
}

} // namespace slipway::api
