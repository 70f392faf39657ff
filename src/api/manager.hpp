// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: org.slipway.Engine1.Manager (dbus/org.slipway.Engine1.Manager.xml).
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class ManagerInterface : public bus::Served {
  public:
    explicit ManagerInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> create(bus::Call call);
    async::Task<bus::Message> run(bus::Call call);
    async::Task<bus::Message> find_container(bus::Call call);
    async::Task<bus::Message> find_image(bus::Call call);
    async::Task<bus::Message> list_devices(bus::Call call);
    async::Task<bus::Message> import_image(bus::Call call);
    async::Task<bus::Message> pull_image(bus::Call call);
    async::Task<bus::Message> push_image(bus::Call call);

    async::Task<bus::Message> check_store(bus::Call call);
    async::Task<bus::Message> disk_usage(bus::Call call);
    async::Task<bus::Message> prune_containers(bus::Call call);
    async::Task<bus::Message> prune_images(bus::Call call);
    async::Task<bus::Message> save_images(bus::Call call);
    async::Task<bus::Message> load_images(bus::Call call);
    async::Task<bus::Message> prune_volumes(bus::Call call);

    async::Task<bus::Message> log_in(bus::Call call);
    async::Task<bus::Message> list_tags(bus::Call call);
    async::Task<bus::Message> list_referrers(bus::Call call);
    async::Task<bus::Message> search_images(bus::Call call);

    async::Task<bus::Message> create_volume(bus::Call call);
    async::Task<bus::Message> find_volume(bus::Call call);
    async::Task<bus::Message> import_volume(bus::Call call);

    async::Task<bus::Message> create_secret(bus::Call call);
    async::Task<bus::Message> list_secrets(bus::Call call);
    async::Task<bus::Message> remove_secret(bus::Call call);

    async::Task<bus::Message> create_network(bus::Call call);
    async::Task<bus::Message> find_network(bus::Call call);
    async::Task<bus::Message> prune_networks(bus::Call call);
    async::Task<bus::Message> set_hosts_file(bus::Call call);
    async::Task<bus::Message> list_hosts(bus::Call call);

    async::Task<bus::Message> create_group(bus::Call call);
    async::Task<bus::Message> find_group(bus::Call call);

    async::Task<bus::Message> create_wire(bus::Call call);
    async::Task<bus::Message> find_wire(bus::Call call);

    void version(const std::string& path, bus::Message& reply);
    void placement(const std::string& path, bus::Message& reply);
    void state_directory(const std::string& path, bus::Message& reply);
    void kernel_release(const std::string& path, bus::Message& reply);
    void user_namespace_obstacle(const std::string& path, bus::Message& reply);
    void root_driver(const std::string& path, bus::Message& reply);
    void root_driver_obstacles(const std::string& path, bus::Message& reply);
    void network_driver(const std::string& path, bus::Message& reply);
    void network_driver_obstacles(const std::string& path, bus::Message& reply);
    void hosts_file(const std::string& path, bus::Message& reply);
    void container_count(const std::string& path, bus::Message& reply);
    void running_count(const std::string& path, bus::Message& reply);
    void image_count(const std::string& path, bus::Message& reply);

    static const sd_bus_vtable* vtable();

  private:
    Context* context_;
};

} // namespace slipway::api
