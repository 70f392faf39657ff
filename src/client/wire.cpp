// SPDX-License-Identifier: LGPL-2.1-or-later
// Wire: its methods as calls.
#include "client/wire.hpp"

#include "client/settings.hpp"

namespace slipway::client {

WireInfo read_wire(std::string path, bus::Message& properties)
{
    WireInfo info;
    info.path = std::move(path);
    read_properties(properties, {
                                    {"ID", into(info.id)},
                                    {"Container", into(info.container)},
                                    {"Target", into(info.target)},
                                    {"TargetPort", into(info.target_port)},
                                    {"Name", into(info.name)},
                                    {"Address", into(info.address)},
                                    {"Port", into(info.port)},
                                    {"UnixPath", into(info.unix_path)},
                                    {"Environment", into(info.has_environment)},
                                    {"Connections", into(info.connections)},
                                    {"OpenConnections", into(info.open_connections)},
                                    {"RefusedConnections", into(info.refused_connections)},
                                    {"BytesToTarget", into(info.bytes_to_target)},
                                    {"BytesFromTarget", into(info.bytes_from_target)},
                                    {"TargetStarts", into(info.target_starts)},
                                    {"LastStartUSec", into(info.last_start_usec)},
                                });
    return info;
}

async::Task<> Wire::remove()
{
    Engine::Fill fill = [](bus::Message& message) { OptionWriter{message}.finish(); };
    co_await engine_->call(method("Remove"), Effect::changes, std::move(fill), change_timeout);
}

// To be asked twice does no harm: what runs is not started again.
async::Task<WireReach> Wire::reach(std::uint32_t count)
{
    Engine::Fill fill = [count](bus::Message& message) {
        message.append("u", count);
        OptionWriter{message}.finish();
    };
    bus::Message reply =
        co_await engine_->call(method("Reach"), Effect::reads, std::move(fill), change_timeout);
    WireReach reach;
    reply.enter('a', "h");
    while (reply.peek().first != 0)
        reach.sockets.push_back(reply.read_fd());
    reply.exit();
    reach.address = reply.read_string();
    reply.read("q", &reach.port);
    reach.counters = reply.read_fd();
    int has_started = 0;
    reply.read("b", &has_started);
    reach.has_started = has_started != 0;
    co_return reach;
}

async::Task<WireInfo> Wire::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, path_, wire_interface);
    co_return read_wire(path_, properties);
}

} // namespace slipway::client
