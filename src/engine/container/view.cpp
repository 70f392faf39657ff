// SPDX-License-Identifier: LGPL-2.1-or-later
// View: the launcher shows a container's root, and hands over its descriptors (docs/protocols.md).
#include "engine/container/view.hpp"

#include "async/readiness.hpp"
#include "async/reaped.hpp"
#include "async/timer.hpp"
#include "base/file.hpp"
#include "base/packet.hpp"
#include "base/reported_failure.hpp"
#include "engine/container/lifecycle.hpp"
#include "kernel/process.hpp"
#include "kernel/spawn.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::engine {

namespace {

constexpr std::chrono::seconds view_patience{60};

// Where the launcher has the namespaces of a running container.
constexpr int first_namespace_number = 5;

std::string own_path(int number)
{
    return "/proc/self/fd/" + std::to_string(number);
}

bool is_in_unit(const std::string& cgroups, const std::string& unit)
{
    if (unit.empty())
        return true; // where there are no cgroups
    for (std::size_t at = cgroups.find("/" + unit); at != std::string::npos;
         at = cgroups.find("/" + unit, at + 1))
    {
        const char next = cgroups[at + unit.size() + 1];
        if (next == '/' || next == '\n')
            return true;
    }
    return false;
}

struct Namespaces {
    Fd mounts;
    Fd users; // not open: the payload has ours
};

// A PID may have become another's by now, which must never be taken for the container: whoever is in the
// container's unit, and alive afterwards, was it when the namespaces were opened.
Namespaces namespaces_of(pid_t pid, const std::string& unit)
{
    const Fd process = kernel::open_process(pid);
    const std::string directory = "/proc/" + std::to_string(pid);
    const auto open = [&directory](const char* name) {
        const std::string path = directory + name;
        return Fd{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
    };
    Namespaces found{open("/ns/mnt"), open("/ns/user")};
    struct stat theirs {};
    struct stat ours {};
    check(::fstat(found.users.number(), &theirs), "look at", directory);
    check(::stat("/proc/self/ns/user", &ours), "look at our namespaces");
    if (theirs.st_ino == ours.st_ino)
        found.users.reset();
    const std::string cgroups = read_file(directory + "/cgroup") + "\n";
    if (!is_in_unit(cgroups, unit) || !kernel::send_signal(process, 0))
        throw Failure{ErrorCode::not_running, "the payload has just ended"};
    return found;
}

async::Task<> wait_for_answer(async::EventLoop& loop, int conversation)
{
    co_await async::readable(loop, conversation);
}

} // namespace

std::vector<std::filesystem::path> Lifecycle::directories(const ContainerRef& container) const
{
    std::vector<std::filesystem::path> directories =
        store_->lower_directories(store_->images().at(container->row.image_id));
    directories.insert(directories.begin(), store_->container_directories().at(container->id()).upper);
    return directories;
}

void Lifecycle::check_there(const ContainerRef& container) const
{
    if (catalog_.find(container->name()) != container)
        throw Failure{ErrorCode::no_such_container,
                      "the container " + container->name() + " was removed meanwhile"};
}

// Its turn at a moment when it runs, or when nobody shows its files.
async::Task<async::Turnstile::Turn> Lifecycle::take_quiet_turn(ContainerRef container)
{
    for (;;) {
        {
            auto turn = co_await container->turns.take();
            check_there(container);
            if (!container->is_at_rest() || (!container->has_mounts && container->views == 0))
                co_return std::move(turn);
        }
        co_await container->changed.next();
    }
}

async::Task<ViewHold> Lifecycle::hold(ContainerRef container)
{
    for (;;) {
        {
            const auto turn = co_await take_quiet_turn(container);
            // Whoever reads what a tree's changes were a while ago reads on to the end.
            if (container->views == 0 || !roots_.find_whole(container)) {
                ViewHold held{container};
                async::Task<> writing = roots_.write_down_changes(container);
                co_await writing;
                co_return std::move(held);
            }
        }
        co_await container->changed.next();
    }
}

async::Task<View> Lifecycle::show(ContainerRef container, Fd request, std::vector<Fd> namespaces)
{
    View view{ViewHold{container}, {}, {}, {}};
    FdPair ends = make_packet_pair();
    const std::string program = (programs_ / "slipway-launch").native();
    const std::vector<std::string> arguments{program};
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    std::vector<kernel::DescriptorMapping> descriptors{{nothing.number(), 0},
                                                       {nothing.number(), 1},
                                                       {nothing.number(), 2},
                                                       {request.number(), sandbox::request_number},
                                                       {ends.second.number(), sandbox::conversation_number}};
    int number = first_namespace_number;
    for (const Fd& each : namespaces)
        descriptors.push_back({each.number(), number++});
    kernel::Spawned launcher = kernel::spawn(program, arguments, {}, descriptors);
    tasks_->spawn(async::reaped(*loop_, launcher.pid, std::move(launcher.pidfd)));
    ends.second.reset();
    async::Task<> answer = wait_for_answer(*loop_, ends.first.number());
    co_await async::within(*loop_, view_patience, std::move(answer));
    std::optional<Packet> packet = receive_packet(ends.first.number());
    if (!packet)
        throw Failure{ErrorCode::internal,
                      "slipway-launch ended without a word (see journalctl -u slipwayd)"};
    const Json json = parse_json(packet->text);
    if (json.at("event") == "failed")
        throw reported_failure(json.at("error"), ErrorCode::start_failed)
            .within("showing the files of " + container->name());
    auto part = packet->descriptors.begin();
    for (const Json& name : json.at("parts")) {
        if (part == packet->descriptors.end())
            throw Failure{ErrorCode::internal, "slipway-launch sent too few descriptors"};
        Fd& place = name == "root" ? view.root : name == "users" ? view.users : view.mounts;
        place = std::move(*part++);
    }
    // What the payload's end would take away is kept as it is until we are done.
    if (!namespaces.empty())
        view.mounts = std::move(namespaces.front());
    co_return view;
}

async::Task<View> Lifecycle::view(ContainerRef container, ViewOf what)
{
    const auto turn = co_await take_quiet_turn(container);
    if (container->is_at_rest()) {
        async::Task<std::optional<store::WholeRoot>> rooting = roots_.prepare(container);
        const std::optional<store::WholeRoot> root = co_await rooting;
        LaunchMounts mounts;
        if (what == ViewOf::all && !container->spec.mounts.empty()) {
            co_await prepare_mounts(container);
            mounts = launch_mounts(container);
        }
        Fd request =
            view_request(container->spec, launch_places(container, root), mounts, request_ground(), what);
        async::Task<View> showing = show(container, std::move(request), {});
        co_return co_await showing;
    }
    Namespaces found = namespaces_of(container->row.state.pid, unit_of(*container));
    Fd request = view_request(container->spec, found.users ? own_path(first_namespace_number + 1) : "",
                              own_path(first_namespace_number), what);
    std::vector<Fd> namespaces;
    namespaces.push_back(std::move(found.mounts));
    if (found.users)
        namespaces.push_back(std::move(found.users));
    async::Task<View> showing = show(container, std::move(request), std::move(namespaces));
    co_return co_await showing;
}

} // namespace slipway::engine
