// SPDX-License-Identifier: LGPL-2.1-or-later
// WireInterface: wires removed, described, and led to their targets.
#include "api/wire.hpp"

#include "api/paths.hpp"
#include "bus/options.hpp"

#include <algorithm>
#include <array>

namespace slipway::api {

namespace {

constexpr std::uint32_t most_sockets = 64;

} // namespace

engine::OwnedWire WireInterface::at(const std::string& path) const
{
    return context_->engine.wires.at(wire_id(path));
}

wires::Counts WireInterface::counts(const std::string& path) const
{
    return context_->engine.wires.counts_of(wire_id(path));
}

bool WireInterface::has(const std::string& path) const
{
    const std::vector<engine::OwnedWire> all = context_->engine.wires.all();
    return std::ranges::any_of(
        all, [id = wire_id(path)](const engine::OwnedWire& one) { return one.wire.id == id; });
}

async::Task<bus::Message> WireInterface::remove(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    bus::read_options(call.arguments(), {});
    async::Task<> removing = context_->engine.wires.remove(wire_id(call.path()));
    co_await removing;
    co_return call.reply();
}

async::Task<bus::Message> WireInterface::reach(bus::Call call)
{
    const std::string id = wire_id(call.path());
    co_await context_->authorizer.require_unit(call, engine::wire_unit(id, ".service"));
    std::uint32_t count = 0;
    call.arguments().read("u", &count);
    bus::read_options(call.arguments(), {});
    async::Task<engine::WireReach> reaching = context_->engine.wires.reach(id, std::min(count, most_sockets));
    const engine::WireReach reach = co_await reaching;
    bus::Message reply = call.reply();
    reply.open('a', "h");
    for (const Fd& socket : reach.sockets)
        reply.append("h", socket.number());
    reply.close();
    reply.append("sqhb", reach.address.text().c_str(), unsigned{reach.port}, reach.counters.number(),
                 reach.has_started ? 1 : 0);
    co_return reply;
}

void read_wire_options(bus::Message& message, engine::WireWish& wish)
{
    const bus::OptionTable table{{"Name", bus::into(wish.name)},
                                 {"Port", bus::into(wish.port)},
                                 {"UnixPath", bus::into(wish.unix_path)},
                                 {"Environment", bus::into(wish.has_environment)}};
    bus::read_options(message, table);
}

void read_wires(bus::Message& value, std::vector<engine::WireWish>& wires)
{
    if (value.peek().second != "a(sqa{sv})")
        throw Failure{ErrorCode::invalid_argument, "wants a value of the D-Bus type a(sqa{sv})"};
    value.enter('v', "a(sqa{sv})");
    value.enter('a', "(sqa{sv})");
    while (value.enter('r', "sqa{sv}")) {
        engine::WireWish wish;
        wish.target = value.read_string();
        std::uint16_t port = 0;
        value.read("q", &port);
        wish.target_port = port;
        read_wire_options(value, wish);
        value.exit();
        wires.push_back(std::move(wish));
    }
    value.exit();
    value.exit();
}

void WireInterface::id(const std::string& path, bus::Message& reply)
{
    reply.append("s", wire_id(path).c_str());
}

void WireInterface::container(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).owner->name().c_str());
}

void WireInterface::target(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).wire.target.c_str());
}

void WireInterface::target_port(const std::string& path, bus::Message& reply)
{
    reply.append("q", unsigned{at(path).wire.target_port});
}

void WireInterface::name(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).wire.name.c_str());
}

void WireInterface::address(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).wire.address().text().c_str());
}

void WireInterface::port(const std::string& path, bus::Message& reply)
{
    reply.append("q", unsigned{at(path).wire.port});
}

void WireInterface::unix_path(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).wire.unix_path.c_str());
}

void WireInterface::environment(const std::string& path, bus::Message& reply)
{
    reply.append("b", at(path).wire.has_environment ? 1 : 0);
}

void WireInterface::connections(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).connections);
}

void WireInterface::open_connections(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).open);
}

void WireInterface::refused_connections(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).refused);
}

void WireInterface::bytes_to_target(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).to_target);
}

void WireInterface::bytes_from_target(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).from_target);
}

void WireInterface::target_starts(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).starts);
}

void WireInterface::last_start(const std::string& path, bus::Message& reply)
{
    reply.append("t", counts(path).last_start_usec);
}

const sd_bus_vtable* WireInterface::vtable()
{
    using W = WireInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Remove", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&W::remove>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Reach", "ua{sv}", SD_BUS_PARAM(count) SD_BUS_PARAM(options),
                                               "ahsqhb",
                                               SD_BUS_PARAM(sockets) SD_BUS_PARAM(address) SD_BUS_PARAM(port)
                                                   SD_BUS_PARAM(counters) SD_BUS_PARAM(started),
                                               bus::serve<&W::reach>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("ID", "s", bus::property<&W::id>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Container", "s", bus::property<&W::container>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Target", "s", bus::property<&W::target>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("TargetPort", "q", bus::property<&W::target_port>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Name", "s", bus::property<&W::name>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Address", "s", bus::property<&W::address>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Port", "q", bus::property<&W::port>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("UnixPath", "s", bus::property<&W::unix_path>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Environment", "b", bus::property<&W::environment>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Connections", "t", bus::property<&W::connections>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("OpenConnections", "t", bus::property<&W::open_connections>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("RefusedConnections", "t", bus::property<&W::refused_connections>, 0,
                                      0),
        sd_bus_vtable SD_BUS_PROPERTY("BytesToTarget", "t", bus::property<&W::bytes_to_target>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("BytesFromTarget", "t", bus::property<&W::bytes_from_target>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("TargetStarts", "t", bus::property<&W::target_starts>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("LastStartUSec", "t", bus::property<&W::last_start>, 0, 0),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
