// SPDX-License-Identifier: LGPL-2.1-or-later
// Manager: its methods as calls, and GetManagedObjects as an inventory.
#include "client/manager.hpp"

namespace slipway::client {

namespace {

Method manager_method(const char* member)
{
    return {engine_path, manager_interface, member};
}

} // namespace

async::Task<std::string> Manager::create(ContainerSettings settings)
{
    Engine::Fill fill = [settings](bus::Message& message) { append_settings(message, settings); };
    bus::Message reply =
        co_await engine_->call(manager_method("Create"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<RunReply> Manager::run(ContainerSettings settings, Streams streams)
{
    Engine::Fill fill = [settings, streams](bus::Message& message) {
        append_settings(message, settings);
        append_streams(message, streams);
    };
    bus::Message reply =
        co_await engine_->call(manager_method("Run"), Effect::changes, std::move(fill), change_timeout);
    RunReply answer;
    answer.container = read_path(reply);
    answer.session = reply.read_fd();
    reply.enter('a', "{st}");
    const char* step = nullptr;
    std::uint64_t usec = 0;
    while (reply.read("{st}", &step, &usec))
        answer.timings.emplace_back(step, usec);
    reply.exit();
    co_return answer;
}

async::Task<std::string> Manager::find(const char* member, std::string name)
{
    Engine::Fill fill = [name](bus::Message& message) { append_text(message, name); };
    bus::Message reply = co_await engine_->call(manager_method(member), Effect::reads, std::move(fill));
    co_return read_path(reply);
}

async::Task<std::string> Manager::find_container(std::string name)
{
    return find("GetContainer", std::move(name));
}

async::Task<std::string> Manager::find_image(std::string reference)
{
    return find("GetImage", std::move(reference));
}

async::Task<std::string> Manager::import_image(int archive, std::string reference,
                                               std::vector<std::string> changes)
{
    Engine::Fill fill = [archive, reference, changes](bus::Message& message) {
        message.append("h", archive);
        append_text(message, reference);
        OptionWriter writer{message};
        if (!changes.empty())
            writer.words("Changes", changes);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(manager_method("ImportImage"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::create_volume(std::string name, std::map<std::string, std::string> labels,
                                                std::map<std::string, std::string> options)
{
    Engine::Fill fill = [name, labels, options](bus::Message& message) {
        append_text(message, name);
        OptionWriter writer{message};
        writer.labels("Labels", labels);
        writer.labels("Options", options);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(manager_method("CreateVolume"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::create_network(std::string name, NetworkSettings settings)
{
    Engine::Fill fill = [name, settings](bus::Message& message) {
        append_text(message, name);
        append_network(message, settings);
    };
    bus::Message reply = co_await engine_->call(manager_method("CreateNetwork"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::create_group(std::string name, GroupSettings settings)
{
    Engine::Fill fill = [name, settings](bus::Message& message) {
        append_text(message, name);
        append_group(message, settings);
    };
    bus::Message reply = co_await engine_->call(manager_method("CreateGroup"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::find_group(std::string name)
{
    co_return co_await find("GetGroup", std::move(name));
}

async::Task<std::string> Manager::find_network(std::string name)
{
    return find("GetNetwork", std::move(name));
}

async::Task<std::string> Manager::find_volume(std::string name)
{
    return find("GetVolume", std::move(name));
}

async::Task<std::string> Manager::import_volume(int archive, std::string name)
{
    Engine::Fill fill = [archive, name](bus::Message& message) {
        message.append("h", archive);
        append_text(message, name);
        OptionWriter{message}.finish();
    };
    bus::Message reply = co_await engine_->call(manager_method("ImportVolume"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::pull_image(std::string reference, std::optional<std::string> platform,
                                             Platforms platforms, std::vector<int> auths)
{
    Engine::Fill fill = [reference, platform, platforms, auths](bus::Message& message) {
        append_text(message, reference);
        OptionWriter writer{message};
        writer.text("Platform", platform);
        writer.flag("AllPlatforms", platforms == Platforms::all);
        writer.files("AuthFiles", auths);
        writer.finish();
    };
    bus::Message reply =
        co_await engine_->call(manager_method("PullImage"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::push_image(std::string image, std::optional<std::string> destination,
                                             std::vector<int> auths)
{
    Engine::Fill fill = [image, destination, auths](bus::Message& message) {
        append_text(message, image);
        OptionWriter writer{message};
        writer.text("Destination", destination);
        writer.files("AuthFiles", auths);
        writer.finish();
    };
    bus::Message reply =
        co_await engine_->call(manager_method("PushImage"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::save_images(std::vector<std::string> images, int archive,
                                              std::string format)
{
    Engine::Fill fill = [images, archive, format](bus::Message& message) {
        append_words(message, images);
        message.append("h", archive);
        OptionWriter writer{message};
        writer.text("Format", format);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(manager_method("SaveImages"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::load_images(int archive, std::optional<std::string> platform)
{
    Engine::Fill fill = [archive, platform](bus::Message& message) {
        message.append("h", archive);
        OptionWriter writer{message};
        writer.text("Platform", platform);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(manager_method("LoadImages"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<Pruned> Manager::prune(const char* member, bool takes_all, PruneFilter filter)
{
    Engine::Fill fill = [takes_all, filter](bus::Message& message) {
        OptionWriter writer{message};
        writer.flag("All", takes_all);
        writer.number("Until", filter.until_usec);
        if (!filter.labels.empty())
            writer.words("Labels", filter.labels);
        if (!filter.other_labels.empty())
            writer.words("OtherLabels", filter.other_labels);
        writer.finish();
    };
    bus::Message reply =
        co_await engine_->call(manager_method(member), Effect::changes, std::move(fill), change_timeout);
    Pruned pruned;
    pruned.names = reply.read_strings();
    reply.read("t", &pruned.reclaimed);
    co_return pruned;
}

async::Task<Pruned> Manager::prune_containers(PruneFilter filter)
{
    return prune("PruneContainers", false, std::move(filter));
}

async::Task<Pruned> Manager::prune_images(Prune which, PruneFilter filter)
{
    return prune("PruneImages", which == Prune::all, std::move(filter));
}

async::Task<std::string> Manager::create_wire(std::string container, WireSettings settings)
{
    Engine::Fill fill = [container, settings](bus::Message& message) {
        append_text(message, container);
        append_wire(message, settings);
    };
    bus::Message reply = co_await engine_->call(manager_method("CreateWire"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Manager::find_wire(std::string name)
{
    co_return co_await find("GetWire", std::move(name));
}

async::Task<Pruned> Manager::prune_networks(PruneFilter filter)
{
    return prune("PruneNetworks", false, std::move(filter));
}

async::Task<> Manager::set_hosts_file(std::string file)
{
    Engine::Fill fill = [file](bus::Message& message) { append_text(message, file); };
    co_await engine_->call(manager_method("SetHostsFile"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<std::string> Manager::list_hosts()
{
    bus::Message reply = co_await engine_->call(manager_method("ListHosts"), Effect::reads);
    co_return reply.read_string();
}

async::Task<Pruned> Manager::prune_volumes(PruneVolumes which, PruneFilter filter)
{
    return prune("PruneVolumes", which == PruneVolumes::all, std::move(filter));
}

async::Task<std::string> Manager::check_store(Repairs repairs, std::vector<int> auths)
{
    Engine::Fill fill = [repairs, auths](bus::Message& message) {
        OptionWriter writer{message};
        writer.flag("Repair", repairs == Repairs::wanted);
        writer.files("AuthFiles", auths);
        writer.finish();
    };
    bus::Message reply = co_await engine_->call(manager_method("CheckStore"), Effect::changes,
                                                std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<DiskUsage> Manager::disk_usage()
{
    Engine::Fill fill = [](bus::Message& message) { OptionWriter{message}.finish(); };
    // Reads every directory of the store.
    bus::Message reply = co_await engine_->call(manager_method("GetDiskUsage"), Effect::reads,
                                                std::move(fill), change_timeout);
    co_return read_disk_usage(reply);
}

async::Task<EngineInfo> Manager::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, engine_path, manager_interface);
    EngineInfo info;
    const PropertyTable table{
        {"Version", into(info.version)},
        {"Placement", into(info.placement)},
        {"StateDirectory", into(info.state_directory)},
        {"KernelRelease", into(info.kernel_release)},
        {"UserNamespaceObstacle", into(info.user_namespace_obstacle)},
        {"RootDriver", into(info.root_driver)},
        {"RootDriverObstacles", into(info.root_driver_obstacles)},
        {"NetworkDriver", into(info.network_driver)},
        {"NetworkDriverObstacles", into(info.network_driver_obstacles)},
        {"ContainerCount", into(info.container_count)},
        {"RunningCount", into(info.running_count)},
        {"ImageCount", into(info.image_count)},
    };
    read_properties(properties, table);
    co_return info;
}

async::Task<DeviceList> Manager::list_devices()
{
    bus::Message reply = co_await engine_->call(manager_method("ListDevices"), Effect::reads);
    DeviceList list;
    list.names = reply.read_strings();
    list.complaints = reply.read_strings();
    co_return list;
}

async::Task<Inventory> Manager::list()
{
    Method method{engine_path, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"};
    bus::Message reply = co_await engine_->call(std::move(method), Effect::reads);
    Inventory inventory;
    reply.enter('a', "{oa{sa{sv}}}");
    while (reply.enter('e', "oa{sa{sv}}")) {
        const std::string path = read_path(reply);
        reply.enter('a', "{sa{sv}}");
        while (reply.enter('e', "sa{sv}")) {
            const std::string interface = reply.read_string();
            if (interface == container_interface)
                inventory.containers.push_back(read_container(path, reply));
            else if (interface == image_interface)
                inventory.images.push_back(read_image(path, reply));
            else if (interface == volume_interface)
                inventory.volumes.push_back(read_volume(path, reply));
            else if (interface == network_interface)
                inventory.networks.push_back(read_network(path, reply));
            else if (interface == group_interface)
                inventory.groups.push_back(read_group(path, reply));
            else if (interface == wire_interface)
                inventory.wires.push_back(read_wire(path, reply));
            else
                reply.skip("a{sv}");
            reply.exit();
        }
        reply.exit();
        reply.exit();
    }
    reply.exit();
    co_return inventory;
}

} // namespace slipway::client
