// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeInterface: volumes removed and described.
#include "api/volume.hpp"

#include "api/job.hpp"
#include "api/paths.hpp"
#include "bus/options.hpp"

#include <array>

namespace slipway::api {

store::VolumeRow VolumeInterface::at(const std::string& path) const
{
    return context_->engine.store.volumes().at(volume_name(path));
}

bool VolumeInterface::has(const std::string& path) const
{
    const std::string name = volume_name(path);
    return !name.empty() && context_->engine.store.volumes().find(name).has_value();
}

async::Task<bus::Message> VolumeInterface::remove(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_volumes);
    bus::read_options(call.arguments(), {});
    context_->engine.volumes.remove(volume_name(call.path()));
    co_return call.reply();
}

async::Task<bus::Message> VolumeInterface::export_content(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_volumes);
    Fd archive = call.arguments().read_fd();
    bus::read_options(call.arguments(), {});
    const engine::JobRef job =
        context_->engine.volumes.export_content(volume_name(call.path()), std::move(archive));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> VolumeInterface::describe(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::Message reply = call.reply();
    reply.append("s", context_->engine.volumes.describe(volume_name(call.path())).c_str());
    co_return reply;
}

void VolumeInterface::name(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).name.c_str());
}

void VolumeInterface::mountpoint(const std::string& path, bus::Message& reply)
{
    reply.append("s", context_->engine.volumes.mountpoint(at(path).name).c_str());
}

void VolumeInterface::anonymous(const std::string& path, bus::Message& reply)
{
    reply.append("b", at(path).is_anonymous ? 1 : 0);
}

void VolumeInterface::labels(const std::string& path, bus::Message& reply)
{
    reply.open('a', "{ss}");
    for (const auto& [key, value] : engine::parse_volume_settings(at(path).settings).labels)
        reply.append("{ss}", key.c_str(), value.c_str());
    reply.close();
}

void VolumeInterface::created(const std::string& path, bus::Message& reply)
{
    reply.append("t", to_usec(at(path).created_at));
}

void VolumeInterface::users(const std::string& path, bus::Message& reply)
{
    reply.append_strings(context_->engine.volumes.users(at(path).name));
}

const sd_bus_vtable* VolumeInterface::vtable()
{
    using V = VolumeInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Remove", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&V::remove>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "Export", "ha{sv}", SD_BUS_PARAM(archive) SD_BUS_PARAM(options), "o", SD_BUS_PARAM(job),
            bus::serve<&V::export_content>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Describe", "", , "s", SD_BUS_PARAM(json),
                                               bus::serve<&V::describe>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("Name", "s", bus::property<&V::name>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Mountpoint", "s", bus::property<&V::mountpoint>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Anonymous", "b", bus::property<&V::anonymous>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Labels", "a{ss}", bus::property<&V::labels>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("CreatedTimestamp", "t", bus::property<&V::created>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Users", "as", bus::property<&V::users>, 0, 0),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
