// SPDX-License-Identifier: LGPL-2.1-or-later
// launch: two processes. The first builds everything that does not need the payload's cgroup, while systemd
// makes it; the second is born in that cgroup, a child of the monitor, and becomes the payload.
//
// proc shows the PID namespace of whoever mounts it (proc_init_fs_context, Linux 6.18), so it is the second's
// to mount.
#include "sandbox/launch.hpp"

#include "base/file.hpp"
#include "base/packet.hpp"
#include "sandbox/payload.hpp"
#include "sandbox/root.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <cstring>
#include <linux/sched.h>
#include <map>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace slipway::sandbox {

namespace {

using Json = nlohmann::json;
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

void report(const Fd& conversation, const Failure& failure) noexcept
{
    try {
        const Json json{{"event", "failed"},
                        {"error", {{"name", row_of(failure.code()).name}, {"message", failure.message()}}}};
        send_packet(conversation.number(), json.dump(-1, ' ', false, Json::error_handler_t::replace));
    } catch (const std::exception&) {
        return; // the monitor has gone, or will see that we have
    }
}

void raise_loopback()
{
    const Fd socket{check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket")};
    ifreq request{};
    std::strncpy(static_cast<char*>(request.ifr_name), "lo", IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    check(::ioctl(socket.number(), SIOCSIFFLAGS, &request), "raise the loopback interface");
}

int flags_of(const oci::Linux& settings)
{
    int flags = 0;
    for (const oci::Namespace& space : settings.namespaces) {
        if (!space.path.empty() || space.type == oci::NamespaceType::user ||
            space.type == oci::NamespaceType::time)
            throw Failure{ErrorCode::not_supported, "linux.namespaces: cannot join or make the namespace " +
                                                        std::string{oci::namespace_name(space.type)} +
                                                        " yet"};
        switch (space.type) {
        case oci::NamespaceType::pid:
            flags |= CLONE_NEWPID;
            break;
        case oci::NamespaceType::network:
            flags |= CLONE_NEWNET;
            break;
        case oci::NamespaceType::mount:
            flags |= CLONE_NEWNS;
            break;
        case oci::NamespaceType::ipc:
            flags |= CLONE_NEWIPC;
            break;
        case oci::NamespaceType::uts:
            flags |= CLONE_NEWUTS;
            break;
        default:
            break; // the cgroup namespace is the payload's to make
        }
    }
    return flags;
}

void build(const LaunchRequest& request, Steps& steps)
{
    const oci::RuntimeConfig& config = request.config;
    const int flags = flags_of(config.linux);
    check(::unshare(flags), "make namespaces");
    steps.done("namespaces");
    if ((flags & CLONE_NEWNET) != 0)
        raise_loopback();
    if ((flags & CLONE_NEWUTS) != 0 && !config.hostname.empty())
        check(::sethostname(config.hostname.c_str(), config.hostname.size()), "set the host name");
    leave_host_mounts();
    const Fd root = attach_root(request);
    steps.done("root");
    make_mounts(root, config);
    make_devices(root);
    steps.done("mounts");
    enter_root(root);
    steps.done("pivot");
}

void join(const LaunchRequest& request)
{
    const Fd payload{
        static_cast<int>(check(::syscall(SYS_pidfd_open, request.payload, 0), "find the payload"))};
    check(::setns(payload.number(),
                  CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP),
          "join the container's namespaces");
    check(::chdir("/"), "enter the root");
}

// Born in CGROUP (none if not open), a child of our parent. 0 in the child.
pid_t bear(const Fd& cgroup, Fd& pidfd)
{
    int descriptor = -1;
    clone_args arguments{};
    arguments.flags = CLONE_PARENT | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(&descriptor); // NOLINT: the kernel's interface
    if (cgroup) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = static_cast<std::uint64_t>(cgroup.number());
    }
    const auto pid =
        static_cast<pid_t>(check(::syscall(SYS_clone3, &arguments, sizeof arguments), "start the payload"));
    if (pid > 0)
        pidfd = Fd{descriptor};
    return pid;
}

} // namespace

int launch(const Fd& request_file, const Fd& conversation)
{
    try {
        Steps steps;
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        const LaunchRequest request = parse_request(read_all(request_file.number(), "the request"));
        steps.done("request");
        if (request.is_exec)
            join(request);
        else
            build(request, steps);
        const ResolvedUser user = resolve_user(request.user, request.config.process->user,
                                               read_bounded("/etc/passwd"), read_bounded("/etc/group"));
        const Filter filter;
        steps.done("user and filter");
        send_packet(conversation.number(), Json{{"event", "ready"}, {"timings", steps.usec()}}.dump());

        std::optional<Packet> go = receive_packet(conversation.number());
        if (!go)
            return 1; // the start was given up
        const Fd cgroup = go->descriptors.empty() ? Fd{} : std::move(go->descriptors.front());
        Fd pidfd;
        const pid_t pid = bear(cgroup, pidfd);
        if (pid == 0)
            become_payload(request, user, filter, conversation.number());
        send_packet(conversation.number(), Json{{"event", "pid"}, {"pid", pid}}.dump(), {pidfd.number()});
        return 0;
    } catch (const Failure& failure) {
        report(conversation, failure);
    } catch (const std::exception& defect) {
        report(conversation, Failure{ErrorCode::start_failed, defect.what()});
    }
    return 1;
}

} // namespace slipway::sandbox
