// SPDX-License-Identifier: LGPL-2.1-or-later
// launch: two processes. The first builds everything that does not need the payload's cgroup, while systemd
// makes it; the second is born in that cgroup, a child of the monitor, and becomes the payload.
//
// The first stays the host's root to the end, which the kernel wants of whoever starts a process in a cgroup
// of the host's; what is done as the container's own root is done by children. proc shows the PID namespace
// of whoever mounts it (proc_init_fs_context, Linux 6.18), so it is the second's to mount.
#include "sandbox/launch.hpp"

#include "base/file.hpp"
#include "base/packet.hpp"
#include "kernel/child.hpp"
#include "sandbox/devices.hpp"
#include "sandbox/namespaces.hpp"
#include "sandbox/payload.hpp"
#include "sandbox/root.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <map>
#include <net/if.h>
#include <optional>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

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

ResolvedUser user_in(const Fd& root, const LaunchRequest& request)
{
    ResolvedUser user = resolve_user(request.user, request.config.process->user,
                                     read_in_root(root, "/etc/passwd"), read_in_root(root, "/etc/group"));
    host_id(request.config.linux.uid_mappings, user.ids.uid);
    host_id(request.config.linux.gid_mappings, user.ids.gid);
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
    ResolvedUser user;
    std::optional<Namespaces> namespaces;
    std::optional<Root> root;
    HostDoor door;
};

void build(Stage& stage, const LaunchRequest& request, Steps& steps)
{
    const oci::RuntimeConfig& config = request.config;
    const Namespaces& namespaces = stage.namespaces.emplace(config.linux);
    steps.done("user namespace");
    Root& root = stage.root.emplace(request, namespaces.user());
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
    if (!config.hostname.empty())
        check(::sethostname(config.hostname.c_str(), config.hostname.size()), "set the host name");
}

void join(Stage& stage, const LaunchRequest& request)
{
    const std::string path = "/proc/" + std::to_string(request.payload) + "/root";
    const Fd root{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
    stage.user = user_in(root, request);
    give_pipes(stage.user, request.config.linux);
    join_namespaces_of(request.payload);
    check(::chdir("/"), "enter the root");
}

} // namespace

int launch(const Fd& request_file, const Fd& conversation)
{
    try {
        Steps steps;
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        const LaunchRequest request = parse_request(read_all(request_file.number(), "the request"));
        steps.done("request");
        Stage stage;
        if (request.is_exec)
            join(stage, request);
        else
            build(stage, request, steps);
        const Filter filter;
        steps.done("filter");
        send_packet(conversation.number(), Json{{"event", "ready"}, {"timings", steps.usec()}}.dump());

        std::optional<Packet> go = receive_packet(conversation.number());
        if (!go)
            return 1; // the start was given up
        const Fd cgroup = go->descriptors.empty() ? Fd{} : std::move(go->descriptors.front());
        if (stage.namespaces)
            stage.namespaces->prepare_birth();
        const kernel::Child payload = kernel::bear_sibling(cgroup);
        if (payload.pid == 0)
            become_payload({request, stage.user, filter, stage.root ? &*stage.root : nullptr, stage.door,
                            conversation.number()});
        send_packet(conversation.number(), Json{{"event", "pid"}, {"pid", payload.pid}}.dump(),
                    {payload.pidfd.number()});
        return 0;
    } catch (const Failure& failure) {
        report(conversation, failure);
    } catch (const std::exception& defect) {
        report(conversation, Failure{ErrorCode::start_failed, defect.what()});
    }
    return 1;
}

} // namespace slipway::sandbox
