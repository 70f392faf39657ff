// SPDX-License-Identifier: LGPL-2.1-or-later
// WireSockets: a unit for each wire, its directory, and what is shown of that.
#include "engine/wire/wire_sockets.hpp"

#include "base/file.hpp"
#include "wires/counters.hpp"

namespace slipway::engine {

namespace {

// Below the wire's own directory, so that only this is shown to the container.
constexpr const char* shown = "unix";

} // namespace

std::string wire_unit(const std::string& wire, const char* suffix)
{
    return "slipway-wire@" + wire + suffix;
}

async::Task<> WireSockets::raise(ContainerRef container, std::string network_namespace)
{
    const std::vector<Wire> wires = container->spec.wires;
    for (const Wire& wire : wires) {
        async::Task<> raising =
            raise(container, wire, network_namespace, placement::Placement::Present::replaced);
        co_await raising;
    }
}

async::Task<> WireSockets::raise(ContainerRef container, Wire wire, std::string network_namespace,
                                 placement::Placement::Present present)
{
    std::filesystem::create_directories(directory_of(wire.id) / shown);
    wires::create_counters(counters_of(wire.id));
    placement::SocketRequest request;
    request.unit = wire_unit(wire.id, ".socket");
    request.description = "slipway wire of " + container->name() + " to " + wire.target + ':' +
                          std::to_string(wire.target_port);
    request.listens.push_back({"Stream", wire.address().text() + ':' + std::to_string(wire.port)});
    if (!wire.unix_path.empty())
        request.listens.push_back(
            {"Stream", directory_of(wire.id) / shown / std::filesystem::path{wire.unix_path}.filename()});
    request.network_namespace = std::move(network_namespace);
    async::Task<> starting = scopes_->start_socket(std::move(request), present);
    co_await starting;
}

async::Task<> WireSockets::stop_units(std::string wire)
{
    for (const char* suffix : {".socket", ".service"}) {
        async::Task<> stopping = scopes_->stop_unit(wire_unit(wire, suffix));
        co_await stopping;
    }
}

async::Task<> WireSockets::stop(std::string wire)
{
    going_.insert(wire);
    std::exception_ptr failure;
    try {
        async::Task<> stopping = stop_units(wire);
        co_await stopping;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    going_.erase(going_.find(wire));
    gone_.notify();
    if (failure)
        std::rethrow_exception(failure);
}

void WireSockets::lower(const std::vector<Wire>& wires)
{
    for (const Wire& wire : wires)
        tasks_->spawn(stop(wire.id));
}

void WireSockets::forget(const std::string& wire)
{
    tasks_->spawn(stop(wire));
    remove_tree(directory_of(wire));
}

void WireSockets::forget_all_but(const std::set<std::string>& wires)
{
    std::vector<std::string> stray;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory_, error})
        if (!wires.contains(entry.path().filename().native()))
            stray.push_back(entry.path().filename().native());
    for (const std::string& wire : stray)
        forget(wire);
}

async::Task<> WireSockets::gone(ContainerRef container)
{
    const std::vector<Wire> wires = container->spec.wires;
    for (const Wire& wire : wires)
        while (going_.contains(wire.id))
            co_await gone_.next();
}

std::vector<oci::Mount> WireSockets::mounts(const Container& container) const
{
    std::vector<oci::Mount> mounts;
    for (const Wire& wire : container.spec.wires) {
        if (wire.unix_path.empty())
            continue;
        const std::filesystem::path directory = directory_of(wire.id) / shown;
        std::filesystem::create_directories(directory);
        mounts.push_back({std::filesystem::path{wire.unix_path}.parent_path(),
                          "bind",
                          directory.native(),
                          {"bind", "nosuid", "nodev", "noexec", "ro"}});
    }
    return mounts;
}

} // namespace slipway::engine
