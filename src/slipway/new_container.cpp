// SPDX-License-Identifier: LGPL-2.1-or-later
// NewContainer: InterfacesAdded carries the properties, so mostly there is nothing to ask.
#include "slipway/new_container.hpp"

#include "client/container.hpp"

namespace slipway::cli {

NewContainer::NewContainer(client::Engine& engine) : engine_{&engine}
{
    slot_ = engine.hear(client::engine_path, "org.freedesktop.DBus.ObjectManager", "InterfacesAdded",
                        [this](bus::Message signal) { added(std::move(signal)); });
}

void NewContainer::added(bus::Message signal)
{
    try {
        const char* path = nullptr;
        signal.read("o", &path);
        signal.enter('a', "{sa{sv}}");
        while (signal.enter('e', "sa{sv}")) {
            if (signal.read_string() == client::container_interface)
                ids_[path] = client::read_container(path, signal).id;
            else
                signal.skip("a{sv}");
            signal.exit();
        }
    } catch (const Failure&) {
        // Not as the interface says: the engine is asked.
    }
}

async::Task<std::string> NewContainer::find_id(std::string path) const
{
    if (const auto found = ids_.find(path); found != ids_.end() && !found->second.empty())
        co_return found->second;
    client::Container container{*engine_, std::move(path)};
    const client::ContainerInfo info = co_await container.read();
    co_return info.id;
}

} // namespace slipway::cli
