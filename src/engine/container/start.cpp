// SPDX-License-Identifier: LGPL-2.1-or-later
// Start: from a container at rest to a running payload, or back to rest.
//
// The monitor is there or spawned at once and has the launcher build the sandbox, while systemd makes the
// scope around the monitor. Only the payload's birth in the scope's cgroup waits for both.
#include "async/timer.hpp"
#include "base/file.hpp"
#include "engine/container/bundle.hpp"
#include "engine/container/cdi.hpp"
#include "engine/container/event_log.hpp"
#include "engine/container/lifecycle.hpp"
#include "engine/container/name_files.hpp"
#include "kernel/migration.hpp"
#include "placement/log_rate.hpp"

#include <unistd.h>

namespace slipway::engine {

namespace {

// systemd's SIGKILL comes this much later than the monitor's own, so that the payload's end is on record.
constexpr std::chrono::seconds kill_margin{5};
constexpr std::chrono::seconds start_patience{60};
constexpr std::chrono::milliseconds last_word_patience{500};
constexpr std::chrono::milliseconds spare_delay{20};

using Clock = std::chrono::steady_clock;

std::uint64_t usec_since(Clock::time_point begin)
{
    return static_cast<std::uint64_t>(std::chrono::duration_cast<Microseconds>(Clock::now() - begin).count());
}

std::vector<IpPrefix> peers_of(const std::vector<std::string>& words)
{
    std::vector<IpPrefix> peers;
    for (const std::string& word : words)
        for (const IpPrefix& prefix : parse_peers(word))
            peers.push_back(prefix);
    return peers;
}

// Of a descriptor of ours, for other processes of root's; empty for one that is not open.
std::string path_of(const Fd& fd)
{
    return fd ? "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd.number()) : std::string{};
}

std::string boot_id()
{
    std::string text = read_file("/proc/sys/kernel/random/boot_id", 64);
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

} // namespace

Fd Lifecycle::launch_request(const ContainerRef& container, const std::optional<store::WholeRoot>& root,
                             const Attachment& network, const StartRequest& request)
{
    LaunchPlaces places = launch_places(container, root);
    places.user_namespace = path_of(network.user);
    places.network_namespace = path_of(network.network);
    places.name_files = place_name_files(container, network);
    ContainerSpec spec = container->spec;
    spec.listeners.insert(spec.listeners.end(), request.given.begin(), request.given.end());
    if (request.supervision.watchdog_usec != 0 && spec.notifies)
        spec.environment.push_back("WATCHDOG_USEC=" + std::to_string(request.supervision.watchdog_usec));
    return create_request(spec, container->id(), places, launch_mounts(container), request_ground());
}

NameFiles Lifecycle::name_files_of(const ContainerRef& container,
                                   const std::optional<NameGround>& given) const
{
    const NetworkPlan& plan = container->spec.network;
    NameGround ground = given ? *given : networks_->name_ground(*container);
    if (plan.kind == NetworkKind::host)
        ground.hosts_of_host = find_file("/etc/hosts").value_or("");
    if (plan.kind == NetworkKind::host || plan.kind == NetworkKind::path)
        ground.resolv_conf_of_host = find_file("/etc/resolv.conf").value_or("");
    return name_files(container->spec, container->name(), ground);
}

std::filesystem::path Lifecycle::name_directory_of(const std::string& container) const
{
    return store_->container_directories().at(container).path / "etc";
}

// The host's files for who has the host's names; of another container's network its own.
std::vector<oci::Mount> Lifecycle::place_name_files(const ContainerRef& container, const Attachment& network)
{
    const NetworkPlan& plan = container->spec.network;
    if (plan.kind == NetworkKind::container)
        return mounts_of_name_files(name_directory_of(plan.other));
    return place(name_files_of(container, network.names), name_directory_of(container->id()),
                 container->spec.first_host_id.value_or(0));
}

void Lifecycle::rewrite_hosts(const ContainerRef& container)
{
    engine::rewrite_hosts(name_files_of(container, std::nullopt).hosts, name_directory_of(container->id()));
}

void Lifecycle::check_wires(const Container& container) const
{
    if (own_ids_->is_users())
        throw Failure{ErrorCode::not_supported, "a user's engine has no wires (docs/wires.md)"};
    if (container.spec.network.kind == NetworkKind::container)
        throw Failure{ErrorCode::invalid_argument,
                      "the container " + container.name() +
                          " has another one's network: a wire of that one is its own too"};
}

void Lifecycle::renew_device_edits(const ContainerRef& container)
{
    ContainerSpec& spec = container->spec;
    if (spec.security.cdi_devices.empty())
        return;
    spec.device_edits = CdiRegistry{}.find(spec.security.cdi_devices);
    const std::string text = to_json(spec);
    if (text == container->row.spec)
        return;
    container->row.spec = text;
    store_->containers().update_spec(container->id(), text);
}

void Lifecycle::expect_start()
{
    tasks_->spawn(hasten_migration());
}

async::Task<> Lifecycle::hasten_migration()
{
    std::function<void()> work = &kernel::hasten_migration;
    co_await workers_->run(std::move(work));
}

// When the start's own processes have had the processors.
async::Task<> Lifecycle::make_spares(ContainerRef container)
{
    co_await async::sleep_for(*loop_, spare_delay);
    monitors_.make_spare();
    const ContainerSpec& spec = container->spec;
    // One that is not made after all is the next start's affair.
    for (int tries = 0; tries < 2; ++tries) {
        if (own_ids_->is_users() || !spec.first_host_id || !networks_->wants_spare(spec.network))
            break;
        const std::uint32_t ids = *choose_ids(UserNamespace::own, spec.network);
        async::Task<> making = networks_->make_spare(spec.network.connections.front().network, ids);
        co_await making;
    }
}

// What a start has made so far; undone when it ends early.
struct Lifecycle::Attempt {
    Lifecycle* lifecycle;
    ContainerRef container;
    bool is_kept = false;

    Attempt(Lifecycle* of, ContainerRef what) : lifecycle{of}, container{std::move(what)} {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    Attempt(Attempt&&) = delete;
    Attempt& operator=(Attempt&&) = delete;
    ~Attempt()
    {
        if (is_kept)
            return;
        container->shows_volumes = false;
        container->open_secrets.clear();
        // Closing the conversation makes the monitor end its launcher and itself; the scope goes with them.
        container->monitor.reset();
        placement::restore_log_rate_limit(unit_of(*container));
        lifecycle->disown_unit(container);
        container->is_supervised = false;
        lifecycle->networks_->release(container);
        lifecycle->wire_sockets_->lower(container->spec.wires);
        lifecycle->forget_run(container);
        const bool has_run = container->row.state.phase == store::Phase::exited;
        lifecycle->set_state(container, has_run ? State::exited : State::created);
    }
};

async::Task<Timings> Lifecycle::start(ContainerRef container, Streams streams)
{
    if (has_passed(container->spec.listeners) || container->spec.restart.is_any())
        return start_by_systemd(std::move(container), std::move(streams));
    return start_now(std::move(container), {std::move(streams), {}, {}});
}

async::Task<Timings> Lifecycle::start_now(ContainerRef container, StartRequest request)
{
    const auto turn = co_await container->turns.take();
    if (!container->is_at_rest())
        throw Failure{ErrorCode::already_running,
                      "the container " + container->name() + " is running already"};
    if (catalog_.find(container->name()) != container)
        throw Failure{ErrorCode::no_such_container,
                      "the container " + container->name() + " was removed meanwhile"};

    const auto begin = Clock::now();
    Timings timings;
    // Two overlays at once would share the directories of one.
    async::Task<> unmounting = wait_for_mounts(container);
    try {
        co_await async::within(*loop_, start_patience, std::move(unmounting));
    } catch (const Failure&) {
        throw Failure{ErrorCode::timed_out,
                      "the files of " + container->name() +
                          " are in use by an export, a commit or a copy: it starts when that has ended"};
    }
    co_await wire_sockets_->gone(container);
    renew_device_edits(container);
    container->row.state.unit.clear(); // of the last run
    Attempt attempt{this, container};
    set_state(container, State::starting);
    async::Task<std::optional<store::WholeRoot>> rooting = roots_.prepare(container);
    const std::optional<store::WholeRoot> root = co_await rooting;
    if (root)
        timings["engine.root prepared"] = usec_since(begin);
    if (!container->spec.mounts.empty()) {
        async::Task<> preparing = prepare_mounts(container);
        co_await preparing;
        timings["engine.volumes prepared"] = usec_since(begin);
    }
    if (!container->spec.secrets.empty()) {
        async::Task<std::vector<OpenSecret>> opening = vault_.open(container->spec.secrets);
        container->open_secrets = co_await opening;
        timings["engine.secrets opened"] = usec_since(begin);
    }
    placement::AdoptedUnit adopted;
    if (request.supervision.pid != 0)
        adopted = co_await scopes_->find_adopting(request.supervision.pid);
    container->row.state.unit = adopted.unit;
    container->is_supervised = request.supervision.pid != 0;
    const std::string unit = unit_of(*container);
    const std::filesystem::path exit_file = exit_file_of(container);
    std::filesystem::remove(exit_file);
    std::filesystem::create_directories(run_directory_of(container));
    if (container->spec.notifies)
        std::filesystem::create_directories(notify_directory_of(container));

    Monitors::Monitor fresh = monitors_.take();
    auto monitor = std::make_shared<MonitorLink>(*loop_, std::move(fresh.conversation));
    container->monitor = monitor;
    timings["engine.monitor taken"] = usec_since(begin);

    std::vector<std::string> device_rules = container->spec.security.device_rules;
    device_rules.insert(device_rules.end(), container->spec.device_edits.device_rules.begin(),
                        container->spec.device_edits.device_rules.end());
    // To name one would forbid all others. A user's systemd can restrict none, and nobody but root makes a
    // node.
    if (container->spec.security.is_privileged || own_ids_->is_users())
        device_rules.clear();
    // systemd and the launcher work side by side.
    placement::ScopeRequest scope{unit,
                                  slice_of(container->spec.membership.group),
                                  "slipway container " + container->name(),
                                  fresh.pid,
                                  container->spec.stop_signal,
                                  container->spec.stop_timeout + kill_margin,
                                  std::move(device_rules),
                                  container->spec.limits,
                                  peers_of(container->spec.network.allowed_peers),
                                  peers_of(container->spec.network.denied_peers)};
    if (adopted.unit != placement::service_name(container->name())) // which has been made with them
        for (const std::string& property : container->spec.properties)
            scope.properties.push_back(placement::parse_unit_property(property));
    async::Task<std::string> placing =
        adopted.unit.empty() ? scopes_->start(std::move(scope)) : scopes_->adopt(adopted, std::move(scope));
    placing.start();
    MonitorBriefing briefing{container->id(),
                             container->name(),
                             container->row.image_name,
                             container->spec.log_tag,
                             unit,
                             run_directory_of(container),
                             exit_file,
                             container->spec.has_terminal,
                             has_any(container->spec.device_edits.hooks),
                             container->spec.notifies,
                             container->spec.health,
                             container->spec.stop_signal,
                             container->spec.stop_timeout};
    async::Task<> naming = networks_->serve_names_of(container);
    naming.start();
    async::Task<Attachment> attaching = networks_->attach(container);
    Attachment network = co_await attaching;
    if (network.network)
        timings["engine.network attached"] = usec_since(begin);
    async::Task<> wiring = wire_sockets_->raise(container, path_of(network.network));
    wiring.start();
    const Fd order = launch_request(container, root, network, request);
    const Fd check = container->spec.health ? check_request(*container) : Fd{};
    monitor->prepare(briefing, order, check, request.streams);
    monitor->hold(network.held);
    network.held.clear(); // a relay binds the same ports
    if (network.relay)
        monitor->relay(make_memory_file("relay-order", to_json(*network.relay)), network.network,
                       network.user);
    request.streams.clear();
    placement::lift_log_rate_limit(unit);
    timings["engine.launcher briefed"] = usec_since(begin);

    // A scope fails too when the monitor has ended before it stood, for a reason of its own, which is the one
    // to tell.
    std::string cgroup;
    std::exception_ptr misplaced;
    try {
        cgroup = co_await placing;
    } catch (const Failure&) {
        misplaced = std::current_exception();
    }
    if (misplaced) {
        async::Task<std::optional<MonitorEvent>> last_word = monitor->next();
        std::optional<MonitorEvent> event;
        try {
            event = co_await async::within(*loop_, last_word_patience, std::move(last_word));
        } catch (const Failure&) {
            event.reset();
        }
        if (event && event->failure)
            throw *event->failure; // NOLINT: a copy is meant
        std::rethrow_exception(misplaced);
    }
    timings["engine.scope ready"] = usec_since(begin);
    co_await wiring;
    if (!container->spec.wires.empty())
        timings["engine.wires ready"] = usec_since(begin);
    monitor->place(cgroup, adopted.unit.empty() ? 0 : request.supervision.pid);

    async::Task<std::optional<MonitorEvent>> answer = monitor->next();
    const std::optional<MonitorEvent> event =
        co_await async::within(*loop_, start_patience, std::move(answer));
    if (!event)
        throw Failure{ErrorCode::start_failed,
                      "the monitor of " + container->name() + " ended during the start"};
    if (event->failure)
        throw *event->failure; // NOLINT: a copy is meant
    timings["engine.payload started"] = usec_since(begin);
    timings.insert(event->timings.begin(), event->timings.end());

    co_await naming;
    attempt.is_kept = true;
    container->open_secrets.clear(); // the launcher has read them
    container->made_volumes.clear();
    record_start(container, *event);
    watches_->spawn(watch(container, monitor));
    tasks_->spawn(make_spares(container));
    co_return timings;
}

void Lifecycle::record_start(const ContainerRef& container, const MonitorEvent& event)
{
    store::ContainerState& state = container->row.state;
    state.phase = store::Phase::running;
    state.started_at = event.started_at_usec == 0 ? now() : from_usec(event.started_at_usec);
    state.finished_at = {};
    state.pid = event.pid;
    state.boot_id = boot_id();
    ++container->starts;
    store_->containers().update(container->id(), state);
    container->health = health_of(container).health;
    networks_->tell_names(*container);
    set_state(container, State::running);
    log_event(*container, ContainerEvent::started);
    watches_->spawn(register_machine(container));
}

async::Task<Timings> Lifecycle::run(ContainerRef container, Streams streams)
{
    std::exception_ptr failure;
    try {
        async::Task<> listening = listen(container);
        co_await listening;
        async::Task<Timings> starting = start(container, std::move(streams));
        co_return co_await starting;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    const std::vector<std::string> made = std::move(container->made_volumes);
    co_await remove_at_rest(container, OwnVolumes::removed);
    for (const std::string& volume : made)
        remove_unused_volume(volume);
    std::rethrow_exception(failure);
}

} // namespace slipway::engine
