// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires: made, found and removed.
#include "engine/wire/wires.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

std::string namespace_path_of(const Container& container)
{
    return "/proc/" + std::to_string(container.row.state.pid) + "/ns/net";
}

Failure no_such_wire(const std::string& text)
{
    return Failure{ErrorCode::no_such_wire, "no wire \"" + text + "\" (slipway wire ls lists them)"};
}

} // namespace

void Wires::save(const ContainerRef& owner)
{
    owner->row.spec = to_json(owner->spec);
    store_->containers().update_spec(owner->id(), owner->row.spec);
}

async::Task<std::string> Wires::create(ContainerRef owner, WireWish wish)
{
    const auto turn = co_await owner->turns.take();
    lifecycle_->check_wires(*owner);
    const Wire wire = complete(wish, owner->spec.wires);
    if (owner->is_running() && (!wire.unix_path.empty() || wire.has_environment))
        throw Failure{ErrorCode::invalid_argument,
                      "a Unix socket and variables come with the container's start: stop " + owner->name() +
                          " first, or leave them out"};
    owner->spec.wires.push_back(wire);
    std::exception_ptr failure;
    try {
        save(owner);
        if (owner->is_running()) {
            async::Task<> raising = sockets_->raise(owner, wire, namespace_path_of(*owner),
                                                    placement::Placement::Present::replaced);
            co_await raising;
            lifecycle_->rewrite_hosts(owner);
        }
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (failure) {
        owner->spec.wires.pop_back();
        save(owner);
        sockets_->forget(wire.id);
        std::rethrow_exception(failure);
    }
    observer_->wire_added(wire.id);
    co_return wire.id;
}

async::Task<> Wires::remove(std::string id)
{
    const ContainerRef owner = at(id).owner;
    if (!owner)
        throw Failure{ErrorCode::invalid_argument, "the wire " + id + " is a socket of the container " +
                                                       at(id).wire.target + " (--listen), and goes with it"};
    const auto turn = co_await owner->turns.take();
    const OwnedWire found = at(id); // it may have gone meanwhile
    std::erase(owner->spec.wires, found.wire);
    save(owner);
    if (owner->is_running())
        lifecycle_->rewrite_hosts(owner);
    sockets_->forget(found.wire.id);
    observer_->wire_removed(id);
}

std::vector<OwnedWire> Wires::all() const
{
    std::vector<OwnedWire> wires;
    for (const ContainerRef& container : lifecycle_->catalog().all())
        for (const Wire& wire : container->spec.wires)
            wires.push_back({container, wire, {}});
    for (const ContainerRef& container : lifecycle_->catalog().all())
        for (const Listener& listener : container->spec.listeners)
            if (!listener.is_passed()) {
                Wire wire;
                wire.id = listener.id;
                wire.target = container->name();
                wire.target_port = listener.target_port;
                wire.name = listener.name;
                wires.push_back({nullptr, std::move(wire), listener.address});
            }
    return wires;
}

OwnedWire Wires::at(const std::string& id) const
{
    std::vector<OwnedWire> wires = all();
    const auto found =
        std::ranges::find_if(wires, [&id](const OwnedWire& owned) { return owned.wire.id == id; });
    if (found == wires.end())
        throw no_such_wire(id);
    return std::move(*found);
}

OwnedWire Wires::resolve(const std::string& text) const
{
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos)
        return at(text);
    const ContainerRef owner = lifecycle_->catalog().resolve(text.substr(0, slash));
    for (const Wire& wire : owner->spec.wires)
        if (wire.name == text.substr(slash + 1))
            return {owner, wire, {}};
    throw no_such_wire(text);
}

} // namespace slipway::engine
