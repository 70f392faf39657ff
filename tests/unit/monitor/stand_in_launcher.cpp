// SPDX-License-Identifier: LGPL-2.1-or-later
// A launcher without a sandbox, for tests of the monitor: speaks the launcher's side of docs/protocols.md and
// does what the request says instead of what an OCI configuration would:
//
//     {"payload": ["sh", "-c", "…"],   becomes this, as a child of the monitor; so of "check", "payload"
//     being a PID then
//      "terminal": true,               on a terminal of its own
//      "awaits_hooks": true,           says "created" and waits for "continue"
//      "announce": true,               writes "ready" to descriptor 0 when "ready" is out, waits for "go"
//      "fail": "start" | "birth" | "payload" | "silent"}
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"

#include <climits>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace slipway;

constexpr int request_number = 3;
constexpr int monitor_number = 4;

[[noreturn]] void fail(const char* name, const char* message)
{
    send_packet(monitor_number,
                json_text(Json{{"event", "failed"}, {"error", {{"name", name}, {"message", message}}}}));
    ::_exit(1);
}

void take_terminal()
{
    const Fd master{check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "open a terminal")};
    check(::grantpt(master.number()), "grant");
    check(::unlockpt(master.number()), "unlock");
    const int slave = check(::open(::ptsname(master.number()), O_RDWR), "open the slave");
    check(::setsid(), "setsid");
    check(::ioctl(slave, TIOCSCTTY, 0), "take the terminal");
    for (int number = 0; number < 3; ++number)
        check(::dup2(slave, number), "dup2");
    ::close(slave);
    send_packet(monitor_number, R"({"event":"terminal"})", {master.number()});
}

[[noreturn]] void become_payload(const Json& request)
{
    if (request.value("awaits_hooks", false)) {
        send_packet(monitor_number, R"({"event":"created"})");
        if (!receive_packet(monitor_number))
            ::_exit(1);
    }
    if (request.value("fail", "") == "payload")
        fail("CommandNotExecutable", "the payload could not");
    if (request.value("terminal", false))
        take_terminal();
    // A check has the payload's PID under that name.
    std::vector<std::string> words = request.contains("check") ? request.at("check") : request.at("payload");
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    fail("CommandNotFound", argv[0]);
}

// "go" with its descriptor: the cgroup's path goes to the payload's environment.
void wait_for_go()
{
    const std::optional<Packet> go = receive_packet(monitor_number);
    if (!go)
        ::_exit(0);
    if (go->descriptors.empty())
        return;
    std::array<char, PATH_MAX> target{};
    const std::string link = "/proc/self/fd/" + std::to_string(go->descriptors.front().number());
    check(::readlink(link.c_str(), target.data(), target.size() - 1), "read", link);
    ::setenv("CGROUP", target.data(), 1);
}

// Descriptors 0 to 3, when there is something to launch.
void wait_for_begin()
{
    const std::optional<Packet> begin = receive_packet(monitor_number);
    if (!begin)
        ::_exit(0);
    int number = 0;
    for (const Fd& descriptor : begin->descriptors)
        check(::dup2(descriptor.number(), number++), "dup2");
}

void run()
{
    check(::fcntl(monitor_number, F_SETFD, FD_CLOEXEC), "descriptor 4");
    wait_for_begin();
    const Json request = parse_json(read_all(request_number, "request"));
    ::close(request_number);
    const std::string failure = request.value("fail", "");
    if (failure == "start")
        fail("NoSuchUser", "no such user: nobody-at-all");
    if (failure == "silent")
        ::_exit(1);
    send_packet(monitor_number, R"({"event":"ready","timings":{"mounts":120}})");
    if (request.value("announce", false))
        write_all(STDIN_FILENO, "ready", "descriptor 0");
    wait_for_go();
    if (failure == "birth")
        fail("StartFailed", "no birth");

    int pidfd = -1;
    const long pid = check(
        ::syscall(SYS_clone, CLONE_PARENT | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, 0), "clone");
    if (pid == 0)
        become_payload(request);
    send_packet(monitor_number, json_text(Json{{"event", "pid"}, {"pid", pid}}), {pidfd});
}

} // namespace

int main()
{
    try {
        run();
        return 0;
    } catch (const std::exception& error) {
        fail("Internal", error.what());
    }
}
