// SPDX-License-Identifier: LGPL-2.1-or-later
// Lifecycle: created, stopped, killed, awaited.
#include "engine/container/lifecycle.hpp"

#include "base/file.hpp"
#include "base/id.hpp"
#include "engine/container/cdi.hpp"
#include "engine/container/event_log.hpp"
#include "engine/container/id_ranges.hpp"
#include "engine/image/meaning.hpp"
#include "oci/image_config.hpp"
#include "oci/platform.hpp"
#include "placement/log_rate.hpp"

namespace slipway::engine {

namespace {

constexpr int killed_status = 128 + SIGKILL;

// An image for another platform than was asked for is none.
void require_platform(const ContainerSettings& settings, const oci::ImageConfig& config)
{
    if (settings.platform.empty())
        return;
    const oci::Platform wanted = oci::parse_platform(settings.platform).value();
    const oci::Platform here = oci::normalized({config.os, config.architecture, config.variant, {}});
    if (!oci::rank(wanted, here))
        throw Failure{ErrorCode::no_such_image, "the image " + settings.image + " that is here is for " +
                                                    here.text() + ", not for " + wanted.text()};
}

} // namespace

Lifecycle::Lifecycle(async::EventLoop& loop, async::TaskScope& tasks, async::TaskScope& watches,
                     async::Workers& workers, store::Store& store, placement::Placement& scopes,
                     Observer& observer, OwnIds& own_ids, Catalog& catalog, Networks& networks,
                     WireSockets& wire_sockets, ListenerSockets& listener_sockets,
                     ServiceUnits& service_units, std::string root_driver,
                     std::filesystem::path run_directory, std::filesystem::path programs)
    : loop_{&loop}, vault_{workers, store}, tasks_{&tasks}, watches_{&watches}, workers_{&workers},
      store_{&store}, scopes_{&scopes}, observer_{&observer}, own_ids_{&own_ids},
      run_directory_{std::move(run_directory)}, programs_{std::move(programs)},
      monitors_{loop, watches, programs_, run_directory_ / "bus"}, catalog_{catalog}, networks_{&networks},
      wire_sockets_{&wire_sockets}, listener_sockets_{&listener_sockets}, service_units_{&service_units},
      roots_{workers, store, own_ids, std::move(root_driver),
             [this](std::vector<store::Trash> trash) { discard(std::move(trash)); }}
{
}

std::filesystem::path Lifecycle::run_directory_of(const ContainerRef& container) const
{
    return run_directory_ / "containers" / container->id();
}

std::filesystem::path Lifecycle::notify_directory_of(const ContainerRef& container) const
{
    return run_directory_of(container) / "notify";
}

bool Lifecycle::is_ready(const ContainerRef& container) const
{
    if (container->spec.is_ready_when_healthy)
        return container->is_running() && container->health == Health::healthy;
    return container->is_running() &&
           (!container->spec.notifies || std::filesystem::exists(run_directory_of(container) / "ready"));
}

std::filesystem::path Lifecycle::bundle_of(const ContainerRef& container) const
{
    return run_directory_ / "bundles" / container->id();
}

void Lifecycle::forget_run(const ContainerRef& container) const noexcept
{
    // The monitor removes its own files as it ends.
    remove_tree(run_directory_of(container));
    remove_tree(bundle_of(container));
}

std::filesystem::path Lifecycle::exit_file_of(const ContainerRef& container) const
{
    return store_->container_directories().at(container->id()).path / "exit";
}

ContainerRef Lifecycle::create(ContainerSettings settings, Start start)
{
    if (settings.name.empty())
        do
            settings.name = make_name();
        while (catalog_.find(settings.name));
    check_name(settings.name);
    const store::ImageRow image = image_at(*store_, settings.image);
    const oci::ImageConfig config = oci::parse_image_config(store_->blobs().read(image.id)).value();
    require_platform(settings, config);

    // All that root may is, in a user's container, what it may in the user's own namespace.
    if (own_ids_->is_users() && settings.security.is_privileged && settings.security.user_namespace.empty())
        settings.security.user_namespace = "auto";
    auto container = std::make_shared<Container>();
    container->spec = complete(settings, config);
    if (!container->spec.security.cdi_devices.empty())
        container->spec.device_edits = CdiRegistry{}.find(container->spec.security.cdi_devices);
    networks_->check(container->spec.network);
    if (!container->spec.wires.empty() || !container->spec.listeners.empty())
        check_wires(*container);
    NetworkPlan claimed = container->spec.network;
    if (start == Start::soon && !own_ids_->is_users() && user_namespace_obstacle().empty() &&
        container->spec.security.user_namespace == UserNamespace::own)
        container->spare = networks_->take_spare(container->spec.network);
    if (container->spare) {
        container->spec.first_host_id = container->spare->first_host_id;
        claimed.connections.front().ip4 = container->spare->addresses.ip4;
        claimed.connections.front().ip6 = container->spare->addresses.ip6;
    } else {
        container->spec.first_host_id =
            choose_ids(container->spec.security.user_namespace, container->spec.network);
    }
    const std::vector<store::VolumeRow> volumes = plan_mounts(*container, settings, config);
    // What would only fail in the launcher.
    oci::parse_runtime_config(oci::to_json(runtime_config(container->spec))).value();
    container->row.id = container->spare ? container->spare->container : make_id();
    container->row.name = settings.name;
    container->own_unit = scopes_->own_unit(settings.name, slice_of(container->spec.membership.group));
    container->row.image_id = image.id.hex();
    container->row.image_name = settings.image;
    container->row.spec = to_json(container->spec);
    container->row.created_at = now();
    container->row.auto_remove = settings.is_auto_removed;
    store_->add_container(container->row, volumes, [&] { networks_->claim(container->row.id, claimed); });
    catalog_.add(container);
    for (const store::VolumeRow& volume : volumes) {
        if (!volume.is_anonymous)
            container->made_volumes.push_back(volume.name);
        observer_->volume_added(volume.name);
    }
    log_event(*container, ContainerEvent::created);
    observer_->container_added(container->name());
    for (const Wire& wire : container->spec.wires)
        observer_->wire_added(wire.id);
    for (const Listener& listener : container->spec.listeners)
        if (!listener.is_passed())
            observer_->wire_added(listener.id);
    return container;
}

const std::string& Lifecycle::user_namespace_obstacle()
{
    return roots_.choice().trial.mapping_obstacle; // a user's containers have no other
}

RequestGround Lifecycle::request_ground()
{
    return {run_directory_ / "filters", own_ids_->ranges()};
}

LaunchPlaces Lifecycle::launch_places(const ContainerRef& container,
                                      const std::optional<store::WholeRoot>& root)
{
    LaunchPlaces places;
    places.bundle = bundle_of(container);
    places.init = programs_ / "slipway-init";
    if (root) {
        places.tree = sandbox::TreeRequest{root->tree, root->shift != 0};
        return places;
    }
    const store::Stacking stacking = roots_.choice().driver->stacking();
    const std::vector<std::filesystem::path> layers =
        store_->lower_directories(store_->images().at(container->row.image_id));
    places.overlay = sandbox::OverlayRequest{{layers.begin(), layers.end()},
                                             store_->container_directories().at(container->id()).path,
                                             stacking.fuse,
                                             stacking.call};
    return places;
}

std::optional<std::uint32_t> Lifecycle::choose_ids(UserNamespace wish, const NetworkPlan& network)
{
    if (own_ids_->is_users()) {
        if (wish != UserNamespace::own)
            throw Failure{ErrorCode::not_supported,
                          "UserNamespace: containers of a user have the user's own IDs and no others (auto)"};
        return std::nullopt;
    }
    if (wish == UserNamespace::host || !user_namespace_obstacle().empty())
        return std::nullopt;
    if (wish == UserNamespace::keep)
        return 0;
    // Who shares interfaces has to be the same root to them.
    if (network.kind == NetworkKind::container)
        return catalog_.resolve(network.other)->spec.first_host_id;
    std::set<std::uint32_t> taken = networks_->spare_ids();
    for (const ContainerRef& container : catalog_.all())
        if (container->spec.first_host_id)
            taken.insert(*container->spec.first_host_id);
    return IdRanges{find_file("/etc/subuid").value_or(""), find_file("/etc/subgid").value_or("")}.find_free(
        taken);
}

void Lifecycle::set_state(const ContainerRef& container, State state)
{
    container->state = state;
    observer_->container_changed(container->name());
    container->changed.notify();
}

void Lifecycle::record_exit(const ContainerRef& container, const Exit& exit)
{
    store::ContainerState& state = container->row.state;
    state.phase = store::Phase::exited;
    state.exit_status = exit.status;
    state.exit_signal = exit.signal;
    state.exit_cause = !exit.cause.empty() ? exit.cause : exit.signal != 0 ? "killed" : "exited";
    state.finished_at = exit.at_usec == 0 ? now() : from_usec(exit.at_usec);
    state.pid = 0;
    container->monitor.reset();
    container->shows_volumes = false;
    container->health = Health::unknown;
    store_->containers().update(container->id(), state);
    placement::restore_log_rate_limit(unit_of(*container));
    disown_unit(container);
    container->is_supervised = false;
    networks_->hush(*container);
    networks_->release(container);
    wire_sockets_->lower(container->spec.wires);
    forget_run(container);
    set_state(container, State::exited);
}

void Lifecycle::begin_stop(const ContainerRef& container, StopRequest request)
{
    if (!container->is_running() || !container->monitor)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is not running"};
    networks_->hush(*container); // before it is stopped, so that nobody is sent to it any more
    container->monitor->stop(request.signal == 0 ? container->spec.stop_signal : request.signal,
                             request.timeout.value_or(container->spec.stop_timeout));
    set_state(container, State::stopping);
}

// Its payload may be seen before whoever starts it is told.
async::Task<> Lifecycle::wait_for_start(ContainerRef container)
{
    while (container->state == State::starting)
        co_await container->changed.next();
}

async::Task<> Lifecycle::stop(ContainerRef container, StopRequest request)
{
    async::Task<> starting = wait_for_start(container);
    co_await starting;
    async::Task<> thawing = thaw(container);
    co_await thawing;
    if (container->is_at_rest() && !keeper_of(*container).empty()) {
        async::Task<bool> asking = service_units_->is_kept(container);
        if (co_await asking) { // between two starts
            async::Task<> stopping = stop_keeping(container);
            co_await stopping;
            co_return;
        }
    }
    begin_stop(container, request);
    if (!container->row.state.unit.empty()) {
        service_units_->forget_boot(*container);
        tasks_->spawn(stop_keeping_in_background(container->row.state.unit));
    }
    while (container->is_running())
        co_await container->changed.next();
}

void Lifecycle::stop_unit(const std::string& unit)
{
    for (const ContainerRef& container : catalog_.all())
        if (container->is_running() && unit_of(*container) == unit) {
            try {
                begin_stop(container, {});
            } catch (const Failure&) {
                // The monitor has just gone: its end is on the way.
                return;
            }
        }
}

async::Task<> Lifecycle::kill(ContainerRef container, int signal)
{
    async::Task<> starting = wait_for_start(container);
    co_await starting;
    async::Task<> thawing = thaw(container);
    co_await thawing;
    if (!container->is_running() || !container->monitor)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is not running"};
    container->monitor->send_signal(signal);
    // Whoever kills it does not want it back (as with docker).
    if (!container->row.state.unit.empty() && (signal == SIGKILL || signal == container->spec.stop_signal)) {
        service_units_->forget_boot(*container);
        tasks_->spawn(stop_keeping_in_background(container->row.state.unit));
    }
}

async::Task<> Lifecycle::stop_keeping(ContainerRef container)
{
    service_units_->forget_boot(*container);
    return service_units_->stop(keeper_of(*container));
}

async::Task<> Lifecycle::stop_keeping_in_background(std::string unit)
{
    async::Task<> stopping = service_units_->stop(std::move(unit));
    co_await stopping;
}

async::Task<int> Lifecycle::wait(ContainerRef container)
{
    if (container->state == State::created)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " was never started"};
    while (!container->is_at_rest())
        co_await container->changed.next();
    co_return container->row.state.exit_status;
}

async::Task<> Lifecycle::watch(ContainerRef container, std::shared_ptr<MonitorLink> monitor)
{
    std::optional<Exit> exit;
    container->has_mounts = true;
    for (;;) {
        std::optional<MonitorEvent> event;
        try {
            event = co_await monitor->next();
        } catch (const std::exception&) {
            // A monitor that speaks nonsense is as good as gone.
            event.reset();
        }
        if (!event)
            break;
        if (event->kind == MonitorEventKind::exited)
            exit = event->exit;
        if (event->kind == MonitorEventKind::health)
            see_health(container, event->health);
        if (event->kind == MonitorEventKind::exec_started || event->kind == MonitorEventKind::exec_failed) {
            const auto waiting = execs_.find(event->exec);
            if (waiting != execs_.end()) {
                waiting->second->failure = event->failure;
                waiting->second->is_answered = true;
                waiting->second->answered.notify();
            }
        }
        if (exit)
            break;
    }
    for (const auto& [id, waiting] : execs_)
        if (waiting->container == container.get() && !waiting->is_answered) {
            waiting->failure =
                Failure{ErrorCode::not_running, "the container " + container->name() + " ended meanwhile"};
            waiting->is_answered = true;
            waiting->answered.notify();
        }
    if (exit)
        watches_->spawn(see_off(container, std::move(monitor)));
    else
        container->has_mounts = false;
    // A monitor that went without a word was killed, and its payload with it.
    if (!exit)
        exit = find_exit(exit_file_of(container)).value_or(Exit{killed_status, SIGKILL, 0, {}});
    record_exit(container, *exit);
    if (container->row.auto_remove)
        co_await remove_at_rest(container, OwnVolumes::removed);
}

async::Task<> Lifecycle::see_off(ContainerRef container, std::shared_ptr<MonitorLink> monitor)
{
    try {
        while (co_await monitor->next()) {
        }
    } catch (const std::exception&) {
        // As good as gone.
    }
    container->has_mounts = false;
    container->changed.notify();
}

async::Task<> Lifecycle::wait_for_mounts(ContainerRef container)
{
    while (container->has_mounts || container->views != 0)
        co_await container->changed.next();
}

} // namespace slipway::engine
