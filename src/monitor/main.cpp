// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-monitor: one for each container, inside its scope; parent and
// subreaper of the payload.
#include "base/failure.hpp"
#include "monitor/container.hpp"
#include "slipway_config.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace slipway;

constexpr int engine_number = 3;

std::string from_environment(const char* name, std::string otherwise)
{
    const char* value = ::secure_getenv(name);
    return value != nullptr ? value : std::move(otherwise);
}

monitor::Places find_places()
{
    return {.launcher = from_environment("SLIPWAY_PROGRAMS", SLIPWAY_PROGRAM_DIRECTORY) + "/slipway-launch",
            .journal_socket = from_environment("SLIPWAY_JOURNAL_SOCKET", "/run/systemd/journal/socket"),
            .engine_socket = from_environment("SLIPWAY_ENGINE_SOCKET", "/run/slipway/bus")};
}

// Blocks all signals and returns a descriptor for SIGCHLD. `systemctl kill`
// sends to every process of the scope: the payload has its own copy, and
// whoever watches it must not die of ours.
Fd block_signals()
{
    sigset_t set;
    ::sigfillset(&set);
    check(::sigprocmask(SIG_SETMASK, &set, nullptr), "block signals");
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGCHLD);
    return Fd{check(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "make a signalfd")};
}

void set_up_process()
{
    // Until it has a container (Container::prepare()).
    check(::prctl(PR_SET_NAME, "slipway-spare"), "set the name");
    check(::prctl(PR_SET_CHILD_SUBREAPER, 1), "become a subreaper");
#ifndef __SANITIZE_ADDRESS__ // its search for leaks reads the process from
                             // outside
    check(::prctl(PR_SET_DUMPABLE, 0), "become non-dumpable");
#endif
    check(::fcntl(engine_number, F_SETFD, FD_CLOEXEC), "use descriptor 3, the engine's conversation");
    for (int number = ::open("/dev/null", O_RDWR); number >= 0 && number <= STDERR_FILENO;)
        number = ::dup(number);
    ::umask(0022);
    ::setsid();
    check(::chdir("/"), "change to", "/");
}

int run()
{
    set_up_process();
    const Fd child_signals = block_signals();
    monitor::Loop loop;
    monitor::Container container{loop, find_places(), Fd{engine_number}};
    container.expect_start();
    const monitor::Watch children{loop, child_signals.number(), EPOLLIN, [&](std::uint32_t) {
                                      signalfd_siginfo info{};
                                      while (::read(child_signals.number(), &info, sizeof info) > 0) {
                                      }
                                      container.reap();
                                  }};
    // A payload must not lose its monitor to one failed call; to one that fails
    // for ever it must.
    int faults_left = 100;
    while (!container.is_over()) {
        try {
            loop.turn();
            container.sweep();
        } catch (const std::exception& error) {
            if (faults_left-- == 0)
                throw;
            container.note(Failure{ErrorCode::internal, error.what()});
        }
    }
    return container.exit_status();
}

} // namespace

int main()
{
    try {
        return run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "slipway-monitor: %s\n", error.what());
        return 1;
    }
}
