// SPDX-License-Identifier: LGPL-2.1-or-later
// ManagerInterface: makes containers and images, and finds them.
#include "api/manager.hpp"

#include "api/job.hpp"
#include "api/paths.hpp"
#include "api/wire.hpp"
#include "bus/options.hpp"
#include "engine/container/cdi.hpp"
#include "engine/image/meaning.hpp"
#include "slipway_config.hpp"

#include <array>
#include <sys/utsname.h>

namespace slipway::api {

// Create: a container at rest.
async::Task<bus::Message> ManagerInterface::create(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::Lifecycle& lifecycle = context_->engine.lifecycle;
    const engine::ContainerRef container = lifecycle.create(read_settings(call.arguments()));
    std::exception_ptr failure;
    try {
        async::Task<> listening = lifecycle.listen(container);
        co_await listening;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (failure) {
        co_await lifecycle.remove(container, engine::Lifecycle::Force::no,
                                  engine::Lifecycle::OwnVolumes::removed);
        std::rethrow_exception(failure);
    }
    bus::Message reply = call.reply();
    reply.append("o", container_path(container->name()).c_str());
    co_return reply;
}

// Run: create, start and attach in one call.
async::Task<bus::Message> ManagerInterface::run(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    context_->engine.lifecycle.expect_start();
    engine::ContainerSettings settings = read_settings(call.arguments());
    engine::Streams streams = read_streams(call.arguments());
    const Fd session = open_session(streams);
    const engine::ContainerRef container =
        context_->engine.lifecycle.create(std::move(settings), engine::Lifecycle::Start::soon);
    async::Task<engine::Timings> running = context_->engine.lifecycle.run(container, std::move(streams));
    const engine::Timings timings = co_await running;

    bus::Message reply = call.reply();
    reply.append("oh", container_path(container->name()).c_str(), session.number());
    reply.open('a', "{st}");
    for (const auto& [step, usec] : timings)
        reply.append("{st}", step.c_str(), usec);
    reply.close();
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::find_container(bus::Call call)
{
    const std::string text = call.arguments().read_string();
    const engine::ContainerRef container = context_->engine.lifecycle.catalog().resolve(text);
    bus::Message reply = call.reply();
    reply.append("o", container_path(container->name()).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::find_image(bus::Call call)
{
    const std::string text = call.arguments().read_string();
    const store::ImageRow image = engine::image_at(context_->engine.store, text);
    bus::Message reply = call.reply();
    reply.append("o", image_path(image.id.hex()).c_str());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::list_devices(bus::Call call)
{
    const engine::CdiRegistry registry;
    bus::Message reply = call.reply();
    reply.append_strings(registry.device_names());
    reply.append_strings(registry.complaints());
    co_return reply;
}

async::Task<bus::Message> ManagerInterface::import_image(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    Fd archive = call.arguments().read_fd();
    const std::string reference = call.arguments().read_string();
    std::vector<std::string> changes;
    const bus::OptionTable table{{"Changes", bus::into(changes)}};
    bus::read_options(call.arguments(), table);
    const engine::JobRef job =
        context_->engine.gallery.import(std::move(archive), reference, std::move(changes));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ManagerInterface::pull_image(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    engine::PullRequest request;
    request.reference = call.arguments().read_string();
    std::string platform;
    std::vector<Fd> files;
    const bus::OptionTable table{{"Platform", bus::into(platform)},
                                 {"AllPlatforms", bus::into(request.is_for_all)},
                                 {"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    if (!platform.empty())
        request.platform = oci::parse_platform(platform).value();
    request.auths = read_auths(files);
    const engine::JobRef job = context_->engine.gallery.pull(std::move(request));
    co_return job_reply(call, *job);
}

async::Task<bus::Message> ManagerInterface::push_image(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    engine::PushRequest request;
    request.image = call.arguments().read_string();
    std::vector<Fd> files;
    const bus::OptionTable table{{"Destination", bus::into(request.destination)},
                                 {"AuthFiles", bus::into(files)}};
    bus::read_options(call.arguments(), table);
    request.auths = read_auths(files);
    const engine::JobRef job = context_->engine.gallery.push(std::move(request));
    co_return job_reply(call, *job);
}

void ManagerInterface::version(const std::string&, bus::Message& reply)
{
    reply.append("s", SLIPWAY_VERSION);
}

void ManagerInterface::placement(const std::string&, bus::Message& reply)
{
    reply.append("s", "scope");
}

void ManagerInterface::state_directory(const std::string&, bus::Message& reply)
{
    reply.append("s", context_->engine.store.database_file().parent_path().c_str());
}

void ManagerInterface::kernel_release(const std::string&, bus::Message& reply)
{
    utsname name{};
    ::uname(&name);
    reply.append("s", static_cast<const char*>(name.release));
}

void ManagerInterface::user_namespace_obstacle(const std::string&, bus::Message& reply)
{
    reply.append("s", context_->engine.lifecycle.user_namespace_obstacle().c_str());
}

void ManagerInterface::root_driver(const std::string&, bus::Message& reply)
{
    reply.append("s", context_->engine.lifecycle.root_driver().name().c_str());
}

void ManagerInterface::root_driver_obstacles(const std::string&, bus::Message& reply)
{
    const store::DriverChoice& choice = context_->engine.lifecycle.root_driver();
    reply.open('a', "(ss)");
    for (const auto& [driver, reason] : choice.obstacles)
        reply.append("(ss)", driver.c_str(), reason.c_str());
    if (choice.driver == nullptr)
        reply.append("(ss)", "none", choice.why_none.c_str());
    reply.close();
}

void ManagerInterface::network_driver(const std::string&, bus::Message& reply)
{
    const std::optional<engine::RelayChoice> relay = context_->engine.networks.find_relay_choice();
    const std::string name = !relay           ? "bridge"
                             : relay->program ? std::string{engine::relay_name(*relay->program)}
                                              : "none";
    reply.append("s", name.c_str());
}

void ManagerInterface::network_driver_obstacles(const std::string&, bus::Message& reply)
{
    const std::optional<engine::RelayChoice> relay = context_->engine.networks.find_relay_choice();
    reply.open('a', "(ss)");
    if (relay)
        for (const auto& [name, reason] : relay->obstacles)
            reply.append("(ss)", name.c_str(), reason.c_str());
    reply.close();
}

void ManagerInterface::container_count(const std::string&, bus::Message& reply)
{
    reply.append("u", static_cast<std::uint32_t>(context_->engine.lifecycle.catalog().size()));
}

void ManagerInterface::running_count(const std::string&, bus::Message& reply)
{
    std::uint32_t count = 0;
    for (const engine::ContainerRef& container : context_->engine.lifecycle.catalog().all())
        count += container->is_running() ? 1 : 0;
    reply.append("u", count);
}

void ManagerInterface::image_count(const std::string&, bus::Message& reply)
{
    reply.append("u", static_cast<std::uint32_t>(context_->engine.store.images().list().size()));
}

const sd_bus_vtable* ManagerInterface::vtable()
{
    using M = ManagerInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Create", "a{sv}", SD_BUS_PARAM(settings), "o",
                                               SD_BUS_PARAM(container), bus::serve<&M::create>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "Run", "a{sv}a{sh}", SD_BUS_PARAM(settings) SD_BUS_PARAM(streams), "oha{st}",
            SD_BUS_PARAM(container) SD_BUS_PARAM(session) SD_BUS_PARAM(timings), bus::serve<&M::run>,
            open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("GetContainer", "s", SD_BUS_PARAM(name), "o",
                                               SD_BUS_PARAM(container), bus::serve<&M::find_container>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("GetImage", "s", SD_BUS_PARAM(reference), "o",
                                               SD_BUS_PARAM(image), bus::serve<&M::find_image>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("ListDevices", "", , "asas",
                                               SD_BUS_PARAM(devices) SD_BUS_PARAM(complaints),
                                               bus::serve<&M::list_devices>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "ImportImage", "hsa{sv}", SD_BUS_PARAM(archive) SD_BUS_PARAM(reference) SD_BUS_PARAM(options),
            "o", SD_BUS_PARAM(job), bus::serve<&M::import_image>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("PullImage", "sa{sv}",
                                               SD_BUS_PARAM(reference) SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&M::pull_image>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("PushImage", "sa{sv}",
                                               SD_BUS_PARAM(image) SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&M::push_image>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "SaveImages", "asha{sv}", SD_BUS_PARAM(images) SD_BUS_PARAM(archive) SD_BUS_PARAM(options), "o",
            SD_BUS_PARAM(job), bus::serve<&M::save_images>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("LoadImages", "ha{sv}",
                                               SD_BUS_PARAM(archive) SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&M::load_images>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("LogIn", "sa{sv}",
                                               SD_BUS_PARAM(registry) SD_BUS_PARAM(options), "h",
                                               SD_BUS_PARAM(kept), bus::serve<&M::log_in>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("ListTags", "sa{sv}",
                                               SD_BUS_PARAM(repository) SD_BUS_PARAM(options), "as",
                                               SD_BUS_PARAM(tags), bus::serve<&M::list_tags>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "ListReferrers", "sa{sv}", SD_BUS_PARAM(reference) SD_BUS_PARAM(options), "sa(ssta{ss})",
            SD_BUS_PARAM(subject) SD_BUS_PARAM(referrers), bus::serve<&M::list_referrers>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "SearchImages", "sa{sv}", SD_BUS_PARAM(term) SD_BUS_PARAM(options), "a(sstb)",
            SD_BUS_PARAM(images), bus::serve<&M::search_images>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("PruneImages", "a{sv}", SD_BUS_PARAM(options), "ast",
                                               SD_BUS_PARAM(images) SD_BUS_PARAM(reclaimed),
                                               bus::serve<&M::prune_images>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("PruneContainers", "a{sv}", SD_BUS_PARAM(options), "ast",
                                               SD_BUS_PARAM(containers) SD_BUS_PARAM(reclaimed),
                                               bus::serve<&M::prune_containers>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "GetDiskUsage", "a{sv}", SD_BUS_PARAM(options), "a(ottu)a(ot)a(ot)a(stb)a(stt)",
            SD_BUS_PARAM(images) SD_BUS_PARAM(containers) SD_BUS_PARAM(volumes) SD_BUS_PARAM(downloads)
                SD_BUS_PARAM(totals),
            bus::serve<&M::disk_usage>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("CheckStore", "a{sv}", SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&M::check_store>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "CreateVolume", "sa{sv}", SD_BUS_PARAM(name) SD_BUS_PARAM(options), "o", SD_BUS_PARAM(volume),
            bus::serve<&M::create_volume>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("GetVolume", "s", SD_BUS_PARAM(name), "o",
                                               SD_BUS_PARAM(volume), bus::serve<&M::find_volume>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("PruneVolumes", "a{sv}", SD_BUS_PARAM(options), "ast",
                                               SD_BUS_PARAM(volumes) SD_BUS_PARAM(reclaimed),
                                               bus::serve<&M::prune_volumes>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("CreateSecret", "sha{sv}",
                                               SD_BUS_PARAM(name) SD_BUS_PARAM(value) SD_BUS_PARAM(options),
                                               "", , bus::serve<&M::create_secret>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("ListSecrets", "", , "a(sbst)", SD_BUS_PARAM(secrets),
                                               bus::serve<&M::list_secrets>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("RemoveSecret", "s", SD_BUS_PARAM(name), "", ,
                                               bus::serve<&M::remove_secret>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "CreateNetwork", "sa{sv}", SD_BUS_PARAM(name) SD_BUS_PARAM(options), "o", SD_BUS_PARAM(network),
            bus::serve<&M::create_network>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("GetNetwork", "s", SD_BUS_PARAM(name), "o",
                                               SD_BUS_PARAM(network), bus::serve<&M::find_network>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("PruneNetworks", "a{sv}", SD_BUS_PARAM(options), "ast",
                                               SD_BUS_PARAM(networks) SD_BUS_PARAM(reclaimed),
                                               bus::serve<&M::prune_networks>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "CreateGroup", "sa{sv}", SD_BUS_PARAM(name) SD_BUS_PARAM(definition), "o", SD_BUS_PARAM(group),
            bus::serve<&M::create_group>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("GetGroup", "s", SD_BUS_PARAM(name), "o", SD_BUS_PARAM(group),
                                               bus::serve<&M::find_group>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "CreateWire", "ssqa{sv}",
            SD_BUS_PARAM(container) SD_BUS_PARAM(target) SD_BUS_PARAM(port) SD_BUS_PARAM(options), "o",
            SD_BUS_PARAM(wire), bus::serve<&M::create_wire>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("GetWire", "s", SD_BUS_PARAM(name), "o", SD_BUS_PARAM(wire),
                                               bus::serve<&M::find_wire>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "ImportVolume", "hsa{sv}", SD_BUS_PARAM(archive) SD_BUS_PARAM(name) SD_BUS_PARAM(options), "o",
            SD_BUS_PARAM(job), bus::serve<&M::import_volume>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("SetHostsFile", "s", SD_BUS_PARAM(file), "", ,
                                               bus::serve<&M::set_hosts_file>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("ListHosts", "", , "s", SD_BUS_PARAM(text),
                                               bus::serve<&M::list_hosts>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("Version", "s", bus::property<&M::version>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Placement", "s", bus::property<&M::placement>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("StateDirectory", "s", bus::property<&M::state_directory>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("KernelRelease", "s", bus::property<&M::kernel_release>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("UserNamespaceObstacle", "s",
                                      bus::property<&M::user_namespace_obstacle>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("RootDriver", "s", bus::property<&M::root_driver>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("RootDriverObstacles", "a(ss)",
                                      bus::property<&M::root_driver_obstacles>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("NetworkDriver", "s", bus::property<&M::network_driver>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("NetworkDriverObstacles", "a(ss)",
                                      bus::property<&M::network_driver_obstacles>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("HostsFile", "s", bus::property<&M::hosts_file>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("ContainerCount", "u", bus::property<&M::container_count>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("RunningCount", "u", bus::property<&M::running_count>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("ImageCount", "u", bus::property<&M::image_count>, 0, 0),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
