// SPDX-License-Identifier: LGPL-2.1-or-later
// Skin: tables put on a connection, and the objects below them listed.
#include "api/skin.hpp"

#include "api/paths.hpp"

#include <cstdlib>
#include <cstring>

namespace slipway::api {

namespace {

constexpr const char* manager_interface = "org.slipway.Engine1.Manager";
constexpr const char* container_interface = "org.slipway.Engine1.Container";
constexpr const char* image_interface = "org.slipway.Engine1.Image";
constexpr const char* volume_interface = "org.slipway.Engine1.Volume";
constexpr const char* network_interface = "org.slipway.Engine1.Network";
constexpr const char* group_interface = "org.slipway.Engine1.Group";
constexpr const char* wire_interface = "org.slipway.Engine1.Wire";
constexpr const char* job_interface = "org.slipway.Engine1.Job";

// For sd_bus_add_fallback_vtable(3): whether there is such an object.
template <typename Interface>
int find(sd_bus*, const char* path, const char*, void* userdata, void** found, sd_bus_error* error)
{
    try {
        auto* const interface = static_cast<Interface*>(userdata);
        *found = interface;
        return interface->has(path) ? 1 : 0;
    } catch (const Failure& failure) {
        return bus::set_error(error, failure);
    } catch (const std::exception&) {
        return -EIO;
    }
}

} // namespace

int Skin::count_call(sd_bus_message* message, void* userdata, sd_bus_error*)
{
    if (sd_bus_message_is_method_call(message, nullptr, nullptr) > 0)
        ++static_cast<Skin*>(userdata)->calls_;
    return 0;
}

void Skin::serve_on(sd_bus* bus)
{
    check_negative(sd_bus_add_filter(bus, nullptr, &Skin::count_call, this), "count calls");
    check_negative(sd_bus_add_object_manager(bus, nullptr, root_path), "serve", root_path);
    check_negative(sd_bus_add_object_vtable(bus, nullptr, root_path, manager_interface,
                                            ManagerInterface::vtable(), &manager_),
                   "serve", manager_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, container_prefix, container_interface,
                                              ContainerInterface::vtable(), &find<ContainerInterface>,
                                              &container_),
                   "serve", container_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, image_prefix, image_interface,
                                              ImageInterface::vtable(), &find<ImageInterface>, &image_),
                   "serve", image_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, volume_prefix, volume_interface,
                                              VolumeInterface::vtable(), &find<VolumeInterface>, &volume_),
                   "serve", volume_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, network_prefix, network_interface,
                                              NetworkInterface::vtable(), &find<NetworkInterface>, &network_),
                   "serve", network_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, group_prefix, group_interface,
                                              GroupInterface::vtable(), &find<GroupInterface>, &group_),
                   "serve", group_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, wire_prefix, wire_interface,
                                              WireInterface::vtable(), &find<WireInterface>, &wire_),
                   "serve", wire_interface);
    check_negative(sd_bus_add_fallback_vtable(bus, nullptr, job_prefix, job_interface, JobInterface::vtable(),
                                              &find<JobInterface>, &job_),
                   "serve", job_interface);
    check_negative(sd_bus_add_node_enumerator(bus, nullptr, root_path, &Skin::list_objects, this), "serve",
                   root_path);
}

std::vector<std::string> Skin::paths() const
{
    std::vector<std::string> paths;
    for (const engine::ContainerRef& container : context_->engine.lifecycle.catalog().all())
        paths.push_back(container_path(container->name()));
    for (const store::ImageRow& image : context_->engine.store.images().list())
        paths.push_back(image_path(image.id.hex()));
    for (const store::VolumeRow& volume : context_->engine.store.volumes().list())
        paths.push_back(volume_path(volume.name));
    for (const store::NetworkRow& network : context_->engine.store.networks().list())
        paths.push_back(network_path(network.name));
    for (const auto& [name, group] : context_->engine.groups.all())
        paths.push_back(group_path(name));
    for (const engine::OwnedWire& owned : context_->engine.wires.all())
        paths.push_back(wire_path(owned.wire.id));
    for (const auto& [number, job] : context_->engine.jobs.all())
        paths.push_back(job_path(number));
    return paths;
}

int Skin::list_objects(sd_bus*, const char*, void* userdata, char*** nodes, sd_bus_error* error)
{
    try {
        const std::vector<std::string> paths = static_cast<Skin*>(userdata)->paths();
        // sd-bus frees the list and its strings with free(3).
        auto** list = static_cast<char**>(std::calloc(paths.size() + 1, sizeof(char*))); // NOLINT
        if (list == nullptr)
            return -ENOMEM;
        for (std::size_t i = 0; i < paths.size(); ++i)
            list[i] = ::strdup(paths[i].c_str());
        *nodes = list;
        return 0;
    } catch (const Failure& failure) {
        return bus::set_error(error, failure);
    } catch (const std::exception&) {
        return -EIO;
    }
}

} // namespace slipway::api
