// SPDX-License-Identifier: LGPL-2.1-or-later
// launch: two processes. The first builds everything that does not need the payload's cgroup, while systemd
// makes it; the second is born in that cgroup, a child of the monitor, and becomes the payload.
//
// The first stays the host's root to the end, which the kernel wants of whoever starts a process in a cgroup
// of the host's; what is done as the container's own root is done by children. proc shows the PID namespace
// of whoever mounts it (proc_init_fs_context, Linux 6.18), so it is the second's to mount.
//
// Whoever starts us without privileges has power only inside its own user namespace. So all namespaces are
// entered first, and everything is built as their root, in the container's own IDs.
#include "sandbox/launch.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "kernel/cgroup.hpp"
#include "kernel/child.hpp"
#include "kernel/rights.hpp"
#include "kernel/user_namespace.hpp"
#include "sandbox/credentials.hpp"
#include "sandbox/devices.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/namespaces.hpp"
#include "sandbox/payload.hpp"
#include "sandbox/root.hpp"
#include "sandbox/sysctls.hpp"
#include "sandbox/view.hpp"

#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <map>
#include <net/if.h>
#include <optional>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace slipway::sandbox {

namespace {
using Clock = std::chrono::steady_clock;

// Ends each step with its time.
class Steps {
  public:
    void done(const char* step)
    {
        const Clock::time_point now = Clock::now();
        usec_[std::string{"sandbox."} + step] = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(now - last_).count());
        last_ = now;
    }
    const std::map<std::string, std::uint64_t>& usec() const { return usec_; }

  private:
    Clock::time_point last_ = Clock::now();
    std::map<std::string, std::uint64_t> usec_;
};

void raise_loopback()
{
    const Fd socket{check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket")};
    ifreq request{};
    std::strncpy(static_cast<char*>(request.ifr_name), "lo", IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    check(::ioctl(socket.number(), SIOCSIFFLAGS, &request), "raise the loopback interface");
}

void require_mapped(const oci::Linux& settings, const ResolvedUser& user)
{
    host_id(settings.uid_mappings, user.ids.uid);
    host_id(settings.gid_mappings, user.ids.gid);
    for (const std::uint32_t group : user.ids.additional_gids)
        host_id(settings.gid_mappings, group);
}

ResolvedUser user_in(const Fd& root, const LaunchRequest& request)
{
    const std::string groups = read_in_root(root, "/etc/group");
    ResolvedUser user =
        resolve_user(request.user, request.config.process->user, read_in_root(root, "/etc/passwd"), groups);
    for (const std::uint32_t group : resolve_groups(request.groups, groups))
        user.ids.additional_gids.push_back(group);
    require_mapped(request.config.linux, user);
    return user;
}

// A payload that opens /dev/stdout anew must be the pipe's owner. What is left as it is can still be used.
void give_pipes(const ResolvedUser& user, const oci::Linux& settings)
{
    for (int number = 0; number < 3; ++number) {
        struct statfs status {};
        if (::fstatfs(number, &status) == 0 && status.f_type == PIPEFS_MAGIC)
            static_cast<void>(::fchown(number, host_id(settings.uid_mappings, user.ids.uid), gid_t(-1)));
    }
}

// What is ready before the payload is born.
struct Stage {
    Builder builder = Builder::host;
    Fd proc; // the host's, where nothing of a container is in the way
    ResolvedUser user;
    std::optional<Filter> filter;
    std::optional<Namespaces> namespaces;
    std::optional<Root> root;
    HostDoor door;
    Fd cgroup_namespace; // for the payload to join
    Fd no_namespace;     // of the views that need none
};

// An anonymous session keyring (session-keyring(7)); of one with a name the next container of that name would
// get the keys. A kernel without keyrings, or a filter around us, has none to give away.
void make_keyring()
{
    constexpr int join_session_keyring = 1;
    if (::syscall(SYS_keyctl, join_session_keyring, nullptr) < 0 && errno != ENOSYS && errno != EPERM)
        throw errno_failure(errno, "make a session keyring");
}

// Cgroups of the old hierarchies, and what is before Linux 5.7: the payload inherits them.
void join_cgroups(const std::vector<std::string>& files)
{
    for (const std::string& path : files) {
        const Fd file{check(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path)};
        write_all(file.number(), "0", path);
    }
}

void prepare(Stage& stage, const LaunchRequest& request, Steps& steps)
{
    stage.builder = kernel::may_mount() ? Builder::host : Builder::user_namespace;
    stage.proc = Fd{check(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), "open", "/proc")};
    const oci::Linux& settings = request.config.linux;
    if (settings.seccomp)
        stage.filter.emplace(*settings.seccomp, request.filters);
    else if (request.seccomp == "default")
        stage.filter.emplace(capability_bits(*request.config.process).bounding, request.filters);
    steps.done("filter");
    raise_limits(*request.config.process, stage.proc);
    if (request.has_own_keyring)
        make_keyring();
    join_cgroups(request.joined);
}

void set_names(const oci::RuntimeConfig& config)
{
    if (!config.hostname.empty())
        check(::sethostname(config.hostname.c_str(), config.hostname.size()), "set hostname");
    if (!config.domainname.empty())
        check(::setdomainname(config.domainname.c_str(), config.domainname.size()), "set domainname");
}

// Those of an IPC namespace are the files of its own root since Linux 6.10, and were the host root's before.
void set_sysctls_as_their_owner(const oci::Linux& settings, const Stage& stage)
{
    try {
        set_sysctls(settings, stage.proc);
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::access_denied || !stage.namespaces->user())
            throw;
        kernel::run_in_child([&] {
            become_its_root();
            set_sysctls(settings, stage.proc);
        });
    }
}

void build(Stage& stage, const LaunchRequest& request, Steps& steps)
{
    const oci::RuntimeConfig& config = request.config;
    const Namespaces& namespaces = *stage.namespaces;
    Root& root = stage.root.emplace(request, namespaces.user(), Builder::host);
    stage.user = user_in(root.descriptor(), request);
    give_pipes(stage.user, config.linux);
    steps.done("root");
    if (namespaces.user())
        stage.door = HostDoor::open_if_needed();
    namespaces.enter();
    steps.done("namespaces");
    if (namespaces.user())
        kernel::run_in_child([&] {
            become_its_root();
            root.build(stage.door);
        });
    else
        root.build(stage.door);
    steps.done("mounts");
    if (namespaces.is_new(oci::NamespaceType::network))
        raise_loopback();
    set_names(config);
    set_sysctls_as_their_owner(config.linux, stage);
    set_time_offsets(config.linux, stage.proc);
}

// From here on the IDs of the request are those that we see.
void enter_own_ids(LaunchRequest& request)
{
    request.config.linux.uid_mappings.clear();
    request.config.linux.gid_mappings.clear();
}

void build_inside(Stage& stage, LaunchRequest& request, Steps& steps)
{
    const Namespaces& namespaces = *stage.namespaces;
    if (!namespaces.user())
        throw Failure{ErrorCode::access_denied,
                      "linux.namespaces: a user namespace is needed, since you are not root"};
    const oci::Linux written = request.config.linux;
    enter_own_ids(request);
    namespaces.enter();
    steps.done("namespaces");
    kernel::run_in_child([&] {
        become_its_root();
        Root& root = stage.root.emplace(request, stage.no_namespace, Builder::user_namespace);
        stage.user = user_in(root.descriptor(), request);
        require_mapped(written, stage.user);
        give_pipes(stage.user, request.config.linux);
        steps.done("root");
        root.build(stage.door);
        if (namespaces.is_new(oci::NamespaceType::network))
            raise_loopback();
        set_names(request.config);
        set_sysctls(request.config.linux, stage.proc);
    });
    set_time_offsets(request.config.linux, stage.proc);
    steps.done("mounts");
}

void join(Stage& stage, LaunchRequest& request)
{
    if (request.config.process->exec_cpu_affinity)
        take_affinity(request.config.process->exec_cpu_affinity->initial);
    const std::string path = "/proc/" + std::to_string(request.payload) + "/root";
    const Fd root{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
    const auto look_up = [&] {
        stage.user = user_in(root, request);
        give_pipes(stage.user, request.config.linux);
    };
    if (stage.builder == Builder::host)
        look_up();
    stage.cgroup_namespace = join_namespaces_of(request.payload);
    check(::chdir("/"), "enter the root");
    if (stage.builder == Builder::host)
        return;
    const oci::Linux written = request.config.linux;
    enter_own_ids(request);
    kernel::run_in_child([&] {
        become_its_root();
        look_up();
        require_mapped(written, stage.user);
    });
}

// A user namespace that is joined brings its mapping along.
void complete_mappings(oci::Linux& settings, const Namespaces& namespaces)
{
    if (!namespaces.user() || !settings.uid_mappings.empty())
        return;
    const auto take = [](const std::vector<kernel::IdRange>& ranges, std::vector<oci::IdMapping>& mappings) {
        for (const kernel::IdRange& range : ranges)
            mappings.push_back({range.inside, range.outside, range.size});
    };
    const kernel::IdRanges ranges = kernel::ranges_of(namespaces.user());
    take(ranges.uids, settings.uid_mappings);
    take(ranges.gids, settings.gid_mappings);
}

} // namespace

int launch(const Fd& request_file, const Fd& conversation)
{
    try {
        Steps steps;
        LaunchRequest request = parse_request(read_all(request_file.number(), "the request"));
        if (request.is_view)
            return show_view(request, conversation);
        steps.done("request");
        Stage stage;
        prepare(stage, request, steps);
        if (!request.is_exec) {
            stage.namespaces.emplace(request.config.linux);
            complete_mappings(request.config.linux, *stage.namespaces);
            steps.done("user namespace");
        }
        // Before anybody in a namespace of the container's can see us; what is ours in proc is root's from
        // now on.
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        if (request.is_exec)
            join(stage, request);
        else if (stage.builder == Builder::host)
            build(stage, request, steps);
        else
            build_inside(stage, request, steps);
        send_packet(conversation.number(), json_text(Json{{"event", "ready"}, {"timings", steps.usec()}}));

        std::optional<Packet> go = receive_packet(conversation.number());
        if (!go)
            return 1; // the start was given up
        Fd cgroup;
        for (Fd& place : go->descriptors) {
            if (kernel::is_unified(place))
                cgroup = std::move(place);
            else
                kernel::enter(place); // nobody can be born in an old hierarchy
        }
        if (stage.root)
            stage.root->follow_to(cgroup);
        if (stage.namespaces)
            stage.namespaces->prepare_birth();
        const kernel::Child payload = kernel::bear_sibling(cgroup);
        if (payload.pid == 0) {
            const Fd& other = stage.namespaces ? stage.namespaces->cgroup() : stage.cgroup_namespace;
            if (other)
                check(::setns(other.number(), CLONE_NEWCGROUP), "join the cgroup namespace");
            become_payload({request, stage.user, stage.filter, stage.root ? &*stage.root : nullptr,
                            stage.door, stage.proc, conversation.number()});
        }
        send_packet(conversation.number(), json_text(Json{{"event", "pid"}, {"pid", payload.pid}}),
                    {payload.pidfd.number()});
        return 0;
    } catch (const Failure& failure) {
        report(conversation.number(), failure);
    } catch (const std::exception& defect) {
        report(conversation.number(), Failure{ErrorCode::start_failed, defect.what()});
    }
    return 1;
}

void report(int conversation, const Failure& failure) noexcept
{
    try {
        const Json json{{"event", "failed"},
                        {"error", {{"name", row_of(failure.code()).name}, {"message", failure.message()}}}};
        send_packet(conversation, json_text(json, StrayBytes::replaced));
    } catch (const std::exception&) {
        return; // whoever asked has gone, or will see that we have
    }
}

} // namespace slipway::sandbox
