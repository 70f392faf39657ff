// SPDX-License-Identifier: LGPL-2.1-or-later
// Launching: packets of the launcher and of its payload, heard by one who waits.
#include "oci-runtime/launching.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "kernel/process.hpp"
#include "kernel/program.hpp"
#include "kernel/spawn.hpp"
#include "slipway_config.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>

namespace slipway::oci_runtime {

namespace {

std::string launcher_program()
{
    const char* const programs = ::secure_getenv("SLIPWAY_PROGRAMS");
    return std::string{programs != nullptr ? programs : SLIPWAY_PROGRAM_DIRECTORY} + "/slipway-launch";
}

Failure failure_of(const Json& packet)
{
    const Json& error = packet.at("error");
    const auto code = find_error_code(error.at("name").get<std::string>());
    return Failure{code.value_or(ErrorCode::start_failed), error.at("message").get<std::string>()};
}

} // namespace

Launching::Launching(sandbox::LaunchRequest request, const Inheritance& inheritance)
{
    FdPair ends = make_packet_pair();
    std::vector<kernel::DescriptorMapping> descriptors{{ends.second.number(), sandbox::conversation_number}};
    const Fd null{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null")};
    for (int number = 0; number < 3; ++number)
        descriptors.push_back({::fcntl(number, F_GETFD) < 0 ? null.number() : number, number});
    for (int i = 0; i < inheritance.preserved; ++i) {
        if (::fcntl(3 + i, F_GETFD) < 0 || (::fcntl(3 + i, F_GETFD) & FD_CLOEXEC) != 0)
            continue; // not open, or our own
        const int place = sandbox::first_preserved_number + static_cast<int>(request.preserved.size());
        descriptors.push_back({3 + i, place});
        request.preserved.push_back(3 + i);
    }
    if (inheritance.gate != nullptr) {
        request.has_gate = true;
        descriptors.push_back({inheritance.gate->number(), sandbox::gate_number});
    }
    const Fd file = make_memory_file("request", sandbox::to_json(request));
    descriptors.push_back({file.number(), sandbox::request_number});

    // Where the container's root is the host's it could overwrite the launcher through /proc/self/exe
    // (CVE-2019-5736).
    const std::string program = launcher_program();
    kernel::Spawned spawned =
        kernel::spawn(kernel::read_only_program(program), {program}, kernel::own_environment(), descriptors);
    launcher_ = spawned.pid;
    launcher_process_ = std::move(spawned.pidfd);
    conversation_ = std::move(ends.first);
}

Launching::~Launching()
{
    conversation_.reset();
    if (!is_kept_) {
        if (launcher_process_)
            ::kill(launcher_, SIGKILL);
        if (process_) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    if (launcher_ > 0)
        ::waitpid(launcher_, nullptr, 0);
}

bool Launching::receive(const Events& events)
{
    std::optional<Packet> packet = receive_packet(conversation_.number());
    if (!packet)
        return false;
    const Json json = parse_json(packet->text);
    const std::string event = json.at("event");
    if (event == "failed")
        throw failure_of(json);
    if (event == "ready") {
        is_ready_ = true;
    } else if (event == "pid") {
        pid_ = json.at("pid");
        process_ = std::move(packet->descriptors.at(0));
    } else if (event == "terminal") {
        events.terminal(std::move(packet->descriptors.at(0)));
    } else if (event == "created") {
        await_birth(events);
        events.created();
        send_packet(conversation_.number(), R"({"method":"continue"})");
    } else if (event == "listener") {
        await_birth(events);
        events.listener(fetch_listener(json.at("number")));
        send_packet(conversation_.number(), R"({"method":"continue"})");
    } else if (event == "prepared") {
        is_prepared_ = true;
    }
    return true;
}

// The payload may speak before the launcher has told who it is.
void Launching::await_birth(const Events& events)
{
    while (pid_ == 0)
        if (!receive(events))
            throw Failure{ErrorCode::start_failed, "the launcher ended without a reason"};
}

// The payload has said which number it will have, and is about to load its filter.
Fd Launching::fetch_listener(int number) const
{
    for (;;) {
        Fd listener = kernel::take_descriptor(process_, number);
        if (listener)
            return listener;
        if (errno != EBADF || kernel::find_start_time(pid_) == std::nullopt)
            throw errno_failure(errno, "linux.seccomp: fetch the listener");
        ::sched_yield();
    }
}

void Launching::await_sandbox()
{
    while (!is_ready_)
        if (!receive({}))
            throw Failure{ErrorCode::start_failed, "the launcher ended without a reason"};
}

void Launching::release(const Fd& cgroup)
{
    static_cast<void>(try_send_packet(conversation_.number(), R"({"method":"go"})",
                                      cgroup ? std::vector<int>{cgroup.number()} : std::vector<int>{}));
}

void Launching::conduct(const Events& events)
{
    // The payload may be prepared before the launcher has told who it is.
    while ((!is_prepared_ || pid_ == 0) && receive(events)) {
    }
    if (pid_ == 0)
        throw Failure{ErrorCode::start_failed, "the launcher ended without a reason"};
}

} // namespace slipway::oci_runtime
