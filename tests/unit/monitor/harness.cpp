// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's and the client's side of the monitor's conversations.
#include "harness.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/packet.hpp"
#include "base/unix_address.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::monitor::testing {

namespace {

std::filesystem::path make_temporary_directory()
{
    std::string name = "/tmp/slipway-monitor-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
        throw errno_failure(errno, "make a temporary directory");
    return name;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more)
{
    std::vector<std::string> environment = more;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.emplace_back(*variable);
    return environment;
}

constexpr int wait_ms = std::chrono::milliseconds{deadline}.count();

[[noreturn]] void give_up(const std::string& what)
{
    throw Failure{ErrorCode::timed_out, "waited in vain for " + what};
}

} // namespace

bool is_readable(int fd, std::chrono::milliseconds wait)
{
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    return check(::poll(&waiting, 1, static_cast<int>(wait.count())), "poll") > 0;
}

Json next_packet(const Fd& socket)
{
    if (!is_readable(socket.number()))
        give_up("a packet");
    const std::optional<Packet> packet = receive_packet(socket.number());
    return packet ? parse_json(packet->text) : Json{};
}

std::string read_until(const Fd& fd, std::string_view end)
{
    std::string content;
    while (end.empty() || !content.ends_with(end)) {
        if (!is_readable(fd.number()))
            give_up("output after: " + content);
        std::array<char, 4096> piece{};
        // One byte at a time towards a certain end, so that nothing behind it is taken.
        const ssize_t count = ::read(fd.number(), piece.data(), end.empty() ? piece.size() : 1);
        if (check(count, "read") == 0)
            break;
        content.append(piece.data(), static_cast<std::size_t>(count));
    }
    return content;
}

std::string read_to_end(const Fd& fd)
{
    return read_until(fd, {});
}

Json shell(const std::string& script, const Json& more)
{
    Json request = {{"payload", {"sh", "-c", script}}};
    request.update(more);
    return request;
}

Fd process_of(pid_t pid)
{
    return Fd{check(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), "open a process")};
}

Json ending_in(Json exited)
{
    EXPECT_GT(exited.at("exited_at"), 1'600'000'000'000'000U);
    EXPECT_EQ(exited.at("core_dumped"), exited.at("cause") == "core-dump");
    exited.erase("exited_at");
    exited.erase("core_dumped");
    return exited;
}

MonitorTest::MonitorTest()
    : directory{make_temporary_directory()}, container_directory{directory / "run"},
      journal{directory / "journal"}, journal_path{directory / "journal"}
{
    // What a monitor leaves behind comes here, where the destructor finds it.
    check(::prctl(PR_SET_CHILD_SUBREAPER, 1), "become a subreaper");
    std::filesystem::create_directories(container_directory);
    std::filesystem::create_directories(directory / "programs");
    std::filesystem::create_symlink(STAND_IN_LAUNCHER, directory / "programs" / "slipway-launch");
}

MonitorTest::~MonitorTest()
{
    if (monitor.pidfd && !is_reaped) {
        if (!HasFailure())
            ADD_FAILURE() << "the test did not wait for the monitor";
        ::kill(monitor.pid, SIGKILL);
        ::waitpid(monitor.pid, nullptr, 0);
    }
    siginfo_t left{};
    if (::waitid(P_ALL, 0, &left, WEXITED | WNOHANG) == 0) {
        if (!HasFailure())
            ADD_FAILURE() << "a process is left";
        if (payload > 0)
            ::kill(payload, SIGKILL);
    }
    if (!HasFailure()) {
        EXPECT_FALSE(std::filesystem::exists(container_directory / "monitor.sock"));
    }
    std::filesystem::remove_all(directory);
}

void MonitorTest::launch_monitor()
{
    FdPair pair = make_packet_pair();
    const Fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    monitor = kernel::spawn(MONITOR_PROGRAM, {"slipway-monitor"},
                            environment_with({"SLIPWAY_PROGRAMS=" + (directory / "programs").native(),
                                              "SLIPWAY_JOURNAL_SOCKET=" + journal_path,
                                              "SLIPWAY_ENGINE_SOCKET=" + (directory / "bus").native()}),
                            {{.from = null.number(), .to = 0},
                             {.from = null.number(), .to = 1},
                             {.from = STDERR_FILENO, .to = 2},
                             {.from = pair.second.number(), .to = 3}});
    engine = std::move(pair.first);
}

void MonitorTest::send(const Fd& socket, const Json& message, const std::vector<int>& descriptors)
{
    send_packet(socket.number(), message.dump(), descriptors);
}

Client MonitorTest::prepare(const Json& request, const Json& more)
{
    return prepare(request, more, nullptr);
}

Client MonitorTest::prepare(const Json& request, const Json& more, const Json& check)
{
    if (!monitor.pidfd)
        launch_monitor();
    // The payload's input is a socket, so that the stand-in can answer on it.
    FdPair input = make_packet_pair();
    FdPair output = make_pipe();
    FdPair error = make_pipe();
    FdPair session = make_packet_pair();
    Json message = {{"method", "prepare"},
                    {"id", std::string(64, 'a')},
                    {"name", "web"},
                    {"image_name", "debian:bookworm"},
                    {"tag", "blue"},
                    {"unit", "slipway-web.scope"},
                    {"directory", container_directory},
                    {"exit_file", directory / "exit"},
                    {"terminal", request.value("terminal", false)},
                    {"streams", {"stdin", "stdout", "stderr", "session"}}};
    message.update(more);
    const Fd file = make_memory_file("request", request.dump());
    const Fd check_file = make_memory_file("request", check.dump());
    std::vector<int> descriptors{file.number(), input.second.number(), output.second.number(),
                                 error.second.number(), session.second.number()};
    if (!check.is_null())
        descriptors.insert(descriptors.begin() + 1, check_file.number());
    send(engine, message, descriptors);
    return {.input = std::move(input.first),
            .output = std::move(output.first),
            .error = std::move(error.first),
            .session = std::move(session.first)};
}

void MonitorTest::prepare_detached(const Json& request)
{
    launch_monitor();
    const Fd file = make_memory_file("request", request.dump());
    send(engine,
         {{"method", "prepare"},
          {"id", std::string(64, 'a')},
          {"name", "web"},
          {"image_name", "debian:bookworm"},
          {"tag", ""},
          {"unit", "slipway-web.scope"},
          {"directory", container_directory},
          {"exit_file", directory / "exit"},
          {"terminal", request.value("terminal", false)},
          {"streams", Json::array()}},
         {file.number()});
}

void MonitorTest::place(const std::string& cgroup)
{
    send(engine, {{"method", "place"}, {"cgroup", cgroup}});
}

Client MonitorTest::start(const Json& request, const Json& more)
{
    Client client = prepare(request, more);
    place();
    const Json started = next_packet(engine);
    if (started.value("event", "") != "started")
        throw Failure{ErrorCode::start_failed, started.dump()};
    payload = started.at("pid");
    EXPECT_EQ(next_packet(client.session), (Json{{"event", "started"}, {"pid", payload}}));
    return client;
}

Client MonitorTest::execute(const Fd& on, const std::string& id, const Json& request, bool terminal)
{
    FdPair input = make_pipe();
    FdPair output = make_pipe();
    FdPair error = make_pipe();
    FdPair session = make_packet_pair();
    const Fd file = make_memory_file("request", request.dump());
    send(on,
         {{"method", "exec"},
          {"exec", id},
          {"terminal", terminal},
          {"streams", {"stdin", "stdout", "stderr", "session"}}},
         {file.number(), input.first.number(), output.second.number(), error.second.number(),
          session.second.number()});
    return {.input = std::move(input.second),
            .output = std::move(output.first),
            .error = std::move(error.first),
            .session = std::move(session.first)};
}

Fd MonitorTest::connect_engine()
{
    const Fd watcher{check(::inotify_init1(IN_CLOEXEC), "inotify")};
    check(::inotify_add_watch(watcher.number(), container_directory.c_str(), IN_CREATE | IN_ATTRIB), "watch");
    const Fd at{check(::open(container_directory.c_str(), O_PATH | O_CLOEXEC), "open")};
    const UnixAddress address{"/proc/self/fd/" + std::to_string(at.number()) + "/monitor.sock"};
    for (;;) {
        Fd socket{check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket")};
        if (::connect(socket.number(), address.pointer(), UnixAddress::size()) == 0)
            return socket;
        // Bound but not listening yet: a matter of microseconds.
        if (errno != ECONNREFUSED) {
            if (!is_readable(watcher.number()))
                give_up("monitor.sock");
            std::array<char, 4096> events{};
            check(::read(watcher.number(), events.data(), events.size()), "read");
        }
    }
}

std::string MonitorTest::read_to_end_with_journal(const Fd& fd, std::vector<Fields>& entries)
{
    std::string content;
    std::array<char, 8192> piece{};
    for (;;) {
        std::array<pollfd, 2> waiting{{{fd.number(), POLLIN, 0}, {journal.number(), POLLIN, 0}}};
        if (check(::poll(waiting.data(), waiting.size(), wait_ms), "poll") == 0)
            give_up("output or entries");
        if (waiting[1].revents != 0)
            entries.push_back(journal.next());
        if (waiting[0].revents == 0)
            continue;
        const ssize_t count = check(::read(fd.number(), piece.data(), piece.size()), "read");
        if (count == 0)
            return content;
        content.append(piece.data(), static_cast<std::size_t>(count));
    }
}

void MonitorTest::take_entries_to_end(std::vector<Fields>& entries)
{
    std::array<pollfd, 2> waiting{{{monitor.pidfd.number(), POLLIN, 0}, {journal.number(), POLLIN, 0}}};
    do {
        if (check(::poll(waiting.data(), waiting.size(), wait_ms), "poll") == 0)
            give_up("the monitor's end");
        if (waiting[1].revents != 0)
            entries.push_back(journal.next());
    } while (waiting[0].revents == 0 || waiting[1].revents != 0);
}

int MonitorTest::wait_for_monitor()
{
    if (!is_readable(monitor.pidfd.number()))
        give_up("the monitor's end");
    int status = 0;
    check(::waitpid(monitor.pid, &status, 0), "wait for the monitor");
    is_reaped = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Json MonitorTest::exit_record() const
{
    return parse_json(read_file(directory / "exit"));
}

} // namespace slipway::monitor::testing
