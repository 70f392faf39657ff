// SPDX-License-Identifier: LGPL-2.1-or-later
// Lifecycle: what can happen to a container, and in what order.
#pragma once

#include "async/task_scope.hpp"
#include "async/worker.hpp"
#include "engine/container/container.hpp"
#include "engine/container/launch_request.hpp"
#include "engine/container/monitors.hpp"
#include "engine/container/name_files.hpp"
#include "engine/container/roots.hpp"
#include "engine/container/service_units.hpp"
#include "engine/container/view.hpp"
#include "engine/network/networks.hpp"
#include "engine/observer.hpp"
#include "engine/own_ids.hpp"
#include "engine/wire/listener_sockets.hpp"
#include "engine/wire/wire_sockets.hpp"
#include "placement/placement.hpp"
#include "store/store.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slipway::engine {

struct ExecRequest {
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::string working_directory; // empty: the container's
    std::string user;              // empty: the container's
    bool has_terminal = false;
    bool is_privileged = false; // every capability and system call, in the container's namespaces
};

struct StopRequest {
    int signal = 0; // 0: the container's own
    std::optional<Microseconds> timeout;
};

// Who keeps a container as a process of its own.
struct Supervision {
    pid_t pid = 0;                   // 0: nobody
    std::uint64_t watchdog_usec = 0; // how often the payload is to tell it that it lives; 0: not at all
};

// What a start has that a service brings.
struct GivenStart {
    std::vector<Fd> sockets; // for the payload
    std::vector<std::string> names;
    Streams streams; // "supervisor" among them
    Supervision supervision;
};

struct StartRequest {
    Streams streams;
    std::vector<Listener> given; // sockets that this start alone has, beside the container's own
    Supervision supervision;
};

// One end of a payload.
struct End {
    int status = 0; // as a shell has it
    RealTime at{};
    bool is_last = true; // nothing starts it anew
};

// Microseconds by step.
using Timings = std::map<std::string, std::uint64_t>;

class Lifecycle {
  public:
    // All that it works with outlives it. WATCHES hold what lasts as long as a container runs. RUN_DIRECTORY:
    // /run/slipway, or a user's. ROOT_DRIVER: the snapshot driver that an administrator wants, or empty.
    // PROGRAMS: where slipway-monitor is.
    Lifecycle(async::EventLoop& loop, async::TaskScope& tasks, async::TaskScope& watches,
              async::Workers& workers, store::Store& store, placement::Placement& scopes, Observer& observer,
              OwnIds& own_ids, Catalog& catalog, Networks& networks, WireSockets& wire_sockets,
              ListenerSockets& listener_sockets, ServiceUnits& service_units, std::string root_driver,
              std::filesystem::path run_directory, std::filesystem::path programs);

    Catalog& catalog() noexcept { return catalog_; }
    Vault& vault() noexcept { return vault_; }

    // At the engine's start: rows become containers, and what happened meanwhile is learnt.
    void recover();

    // Empty where new containers get a user namespace of their own; otherwise why they are in the host's.
    const std::string& user_namespace_obstacle();
    // Who makes the containers' root file systems.
    const store::DriverChoice& root_driver() { return roots_.choice(); }

    // A start is to come at once: begins beside it what a start would have to wait for.
    void expect_start();
    // A container at rest; a name is made up if there is none. Throws what the API says.
    // SOON: it is started at once, and may have what was made ahead for that.
    enum class Start { soon, maybe };
    ContainerRef create(ContainerSettings settings, Start start = Start::maybe);
    // From rest to a running payload, or back to rest.
    // One that has sockets of systemd's, or that it keeps, is started by it.
    async::Task<Timings> start(ContainerRef container, Streams streams);
    // By systemd or another supervisor, with the sockets of its listeners that are passed, in their order;
    // or, where it has none, with whatever sockets somebody's own unit has, by their names. With a
    // supervision it lives in the unit of that process, if that takes it in, and one that is being stopped is
    // waited for. Throws Failure{invalid_argument, already_running, timed_out} and what start() throws.
    async::Task<> start_with(ContainerRef container, GivenStart given);
    // Its listeners from now on. Throws Failure{placement_failed, port_taken}.
    async::Task<> listen(ContainerRef container);
    // Whether it has said so, where it says so at all (sd_notify(3)).
    bool is_ready(const ContainerRef& container) const;
    // Throws Failure{not_supported, invalid_argument} where CONTAINER can have no wires.
    void check_wires(const Container& container) const;
    // Its /etc/hosts while it runs, after a change of what is in it. Throws Failure.
    void rewrite_hosts(const ContainerRef& container);
    // create and start; nothing is left if the start fails.
    async::Task<Timings> run(ContainerRef container, Streams streams);
    // Until the payload has ended.
    // It leaves the names, and runs on for those who have just heard its address.
    async::Task<> retire(ContainerRef container);
    async::Task<> stop(ContainerRef container, StopRequest request);
    // Stops one that runs, and starts it. Throws as both do.
    async::Task<> restart(ContainerRef container, StopRequest request);
    // What its last checks said.
    HealthReport health_of(const ContainerRef& container) const;
    // Asks for the stop that systemd wishes; does not wait.
    void stop_unit(const std::string& unit);
    // A scope stands now; one that no start of ours waits for is ended if nobody is in it.
    void see_scope(const std::string& unit);
    async::Task<> kill(ContainerRef container, int signal);
    // The exit status, at once for one that is not running.
    async::Task<int> wait(ContainerRef container);
    // Until it has ended later than AFTER, and it is clear whether its service brings it back. At once for
    // one at rest that nothing starts anew.
    async::Task<End> next_end(ContainerRef container, RealTime after);
    // Other limits, at once and for later starts. Throws Failure{invalid_argument, placement_failed}.
    async::Task<> update(ContainerRef container, Limits limits);
    // All its processes stand still, and go on. Throws Failure{not_running}.
    async::Task<> pause(ContainerRef container);
    async::Task<> unpause(ContainerRef container);
    // The same for as long as its files are read. An engine that starts lets go on what one has left so.
    async::Task<> pause_for_a_moment(ContainerRef container);
    async::Task<> go_on(ContainerRef container);
    enum class Force { no, yes };
    // What becomes of its anonymous volumes that no other container has.
    enum class OwnVolumes { kept, removed };
    async::Task<> remove(ContainerRef container, Force force, OwnVolumes volumes);
    // Its files, of a running container and of one at rest. Throws Failure.
    async::Task<View> view(ContainerRef container, ViewOf what);
    // For what is about to read its upper directory: the same without the files.
    async::Task<ViewHold> hold(ContainerRef container);
    // Uppermost first: the container's own directory of changes, and the image's layers.
    std::vector<std::filesystem::path> directories(const ContainerRef& container) const;
    // Throws Failure{no_such_container} for one that was removed while its files were read.
    void check_there(const ContainerRef& container) const;
    // Returns when the process runs.
    async::Task<> exec(ContainerRef container, ExecRequest request, Streams streams);

  private:
    struct Attempt;
    struct Activation;

    std::filesystem::path run_directory_of(const ContainerRef& container) const;
    std::filesystem::path bundle_of(const ContainerRef& container) const;
    // What is below /run of one that runs no more.
    void forget_run(const ContainerRef& container) const noexcept;
    std::filesystem::path notify_directory_of(const ContainerRef& container) const;
    std::filesystem::path exit_file_of(const ContainerRef& container) const;
    std::optional<std::uint32_t> choose_ids(UserNamespace wish, const NetworkPlan& network);
    RequestGround request_ground();
    // Where its root comes from: ROOT, or an overlay.
    LaunchPlaces launch_places(const ContainerRef& container, const std::optional<store::WholeRoot>& root);
    Fd launch_request(const ContainerRef& container, const std::optional<store::WholeRoot>& root,
                      const Attachment& network, const StartRequest& request);
    // Of its monitor, once for all checks of its health.
    Fd check_request(const Container& container);
    std::vector<oci::Mount> place_name_files(const ContainerRef& container, const Attachment& network);
    // GIVEN: what its network has said of names; else what the container's networks are.
    NameFiles name_files_of(const ContainerRef& container, const std::optional<NameGround>& given) const;
    std::filesystem::path name_directory_of(const std::string& container) const;
    // The container's CDI devices as they are now. Throws Failure{no_such_device, not_supported}.
    void renew_device_edits(const ContainerRef& container);

    // Completes CONTAINER's mounts; returns the rows of the volumes that are to come into being with it.
    std::vector<store::VolumeRow> plan_mounts(Container& container, const ContainerSettings& settings,
                                              const oci::ImageConfig& image);
    void inherit_mounts(std::vector<Mount>& mounts, const std::vector<std::string>& wishes) const;
    std::optional<store::VolumeRow> plan_volume(const Mount& mount, const MountWish& wish,
                                                std::vector<store::VolumeRow>& planned) const;
    // Volumes are filled and their devices found.
    async::Task<> prepare_mounts(ContainerRef container);
    async::Task<> find_devices(ContainerRef container);
    async::Task<> populate(ContainerRef container, Mount mount);
    bool shows_to_others(const ContainerRef& container, const std::string& volume) const;
    LaunchMounts launch_mounts(const ContainerRef& container) const;
    void remove_unused_volume(const std::string& volume);
    std::vector<std::string> own_volumes(const ContainerRef& container) const;
    void begin_stop(const ContainerRef& container, StopRequest request);
    void set_state(const ContainerRef& container, State state);
    void record_start(const ContainerRef& container, const MonitorEvent& event);
    async::Task<> register_machine(ContainerRef container);
    void record_exit(const ContainerRef& container, const Exit& exit);
    // Its health is another one; not told of by others yet.
    void see_health(const ContainerRef& container, Health health);
    async::Task<> act_on_illness(ContainerRef container);
    // Hears the monitor until the container has ended.
    async::Task<> watch(ContainerRef container, std::shared_ptr<MonitorLink> monitor);
    // Hears it until its end, which is the end of the container's mounts.
    async::Task<> see_off(ContainerRef container, std::shared_ptr<MonitorLink> monitor);
    async::Task<> wait_for_mounts(ContainerRef container);
    async::Task<async::Turnstile::Turn> take_quiet_turn(ContainerRef container);
    async::Task<View> show(ContainerRef container, Fd request, std::vector<Fd> namespaces);
    // A payload that runs though no engine has lived to record its start.
    async::Task<> adopt(ContainerRef container, std::shared_ptr<MonitorLink> monitor);
    // What belongs to no running container.
    void sweep_run_directory();
    async::Task<> end_empty_scopes();
    async::Task<> end_empty_scope(std::string unit);
    async::Task<> finish_stop_of_systemd(ContainerRef container);
    async::Task<Timings> start_by_systemd(ContainerRef container, Streams streams);
    async::Task<> activate(ContainerRef container, std::shared_ptr<Activation> activation);
    async::Task<> wait_for_last_end(ContainerRef container);
    async::Task<Timings> start_now(ContainerRef container, StartRequest request);
    // A service of somebody's is as its files say again.
    void disown_unit(const ContainerRef& container);
    async::Task<> disown_in_background(std::string unit, std::vector<std::string> properties);
    // What would start it anew does not.
    async::Task<> stop_keeping(ContainerRef container);
    async::Task<> stop_keeping_in_background(std::string unit);
    // Sockets of systemd's: those of all containers, and no others.
    void settle_sockets();
    async::Task<> settle_running(std::vector<ContainerRef> containers);
    async::Task<> raise_missing_wires(ContainerRef container);
    async::Task<> thaw(ContainerRef container);
    async::Task<> wait_for_start(ContainerRef container);
    async::Task<bool> stands_still(ContainerRef container) const;
    async::Task<> thaw_whatever(ContainerRef container);
    async::Task<> find_out_whether_paused(ContainerRef container);
    std::filesystem::path pause_mark_of(const ContainerRef& container) const;
    async::Task<> remove_at_rest(ContainerRef container, OwnVolumes volumes);
    void discard(std::vector<store::Trash> trash);
    async::Task<> discard_in_background(std::vector<store::Trash> trash);
    async::Task<> hasten_migration();
    async::Task<> checkpoint_in_background();
    async::Task<> make_spares(ContainerRef container);

    async::EventLoop* loop_;
    Vault vault_;
    async::TaskScope* tasks_;
    async::TaskScope* watches_;
    async::Workers* workers_;
    store::Store* store_;
    placement::Placement* scopes_;
    Observer* observer_;
    OwnIds* own_ids_;
    std::filesystem::path run_directory_;
    std::filesystem::path programs_;
    Monitors monitors_;
    Catalog& catalog_;
    Networks* networks_;
    WireSockets* wire_sockets_;
    ListenerSockets* listener_sockets_;
    ServiceUnits* service_units_;
    Roots roots_;
    int removals_since_checkpoint_ = 0;
    async::Turnstile populating_; // volumes are filled one after the other
    struct ExecWait {
        const Container* container = nullptr;
        std::optional<Failure> failure;
        bool is_answered = false;
        async::Signal answered;
    };
    std::map<std::string, std::shared_ptr<ExecWait>> execs_;
};

} // namespace slipway::engine
