// SPDX-License-Identifier: LGPL-2.1-or-later
// Volume: its methods as calls.
#include "client/volume.hpp"

#include "client/settings.hpp"

namespace slipway::client {

VolumeInfo read_volume(std::string path, bus::Message& properties)
{
    VolumeInfo info;
    info.path = std::move(path);
    read_properties(properties, {
                                    {"Name", into(info.name)},
                                    {"Mountpoint", into(info.mountpoint)},
                                    {"Anonymous", into(info.is_anonymous)},
                                    {"Labels", into(info.labels)},
                                    {"CreatedTimestamp", into(info.created_usec)},
                                    {"Users", into(info.users)},
                                });
    return info;
}

async::Task<> Volume::remove()
{
    Engine::Fill fill = [](bus::Message& message) { OptionWriter{message}.finish(); };
    co_await engine_->call(method("Remove"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<std::string> Volume::export_content(int archive)
{
    Engine::Fill fill = [archive](bus::Message& message) {
        message.append("h", archive);
        OptionWriter{message}.finish();
    };
    bus::Message reply =
        co_await engine_->call(method("Export"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Volume::describe()
{
    bus::Message reply = co_await engine_->call(method("Describe"), Effect::reads);
    co_return reply.read_string();
}

async::Task<VolumeInfo> Volume::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, path_, volume_interface);
    co_return read_volume(path_, properties);
}

} // namespace slipway::client
