// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-init: the first process of a container that wants one: it runs a program, passes signals on to it,
// and reaps what others leave behind.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// As a shell has them.
constexpr int own_failure = 125;
constexpr int not_executable = 126;
constexpr int not_found = 127;
constexpr int signal_base = 128;

int fail(const char* what, const char* name, int status)
{
    std::fprintf(stderr, "slipway-init: cannot %s%s: %s\n", what, name, std::strerror(errno));
    return status;
}

// All but those by which the kernel says that we are broken.
sigset_t signals_to_pass()
{
    sigset_t set{};
    ::sigfillset(&set);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
        ::sigdelset(&set, fault);
    return set;
}

// Whoever is given sockets looks whether they are meant for it (sd_listen_fds(3)), and its number is another
// one than ours; the same goes for sd_watchdog_enabled(3).
void take_over(const char* variable)
{
    const char* const ours = std::getenv(variable); // NOLINT: one thread
    if (ours != nullptr && ours == std::to_string(::getppid()))
        ::setenv(variable, std::to_string(::getpid()).c_str(), 1); // NOLINT
}

[[noreturn]] void become_program(char** command, const sigset_t& usual)
{
    // A process group of its own, which the terminal's keys mean; SIGTTOU is still blocked.
    ::setpgid(0, 0);
    ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
    take_over("LISTEN_PID");
    take_over("WATCHDOG_PID");
    ::sigprocmask(SIG_SETMASK, &usual, nullptr);
    ::execvp(*command, command);
    const bool is_missing = errno == ENOENT;
    ::_exit(fail("execute ", *command, is_missing ? not_found : not_executable));
}

// Whether the program was among those that have ended.
bool reap(pid_t program, int& status)
{
    bool has_ended = false;
    int of_one = 0;
    for (pid_t one = 0; (one = ::waitpid(-1, &of_one, WNOHANG)) > 0;)
        if (one == program) {
            has_ended = true;
            status = of_one;
        }
    return has_ended;
}

} // namespace

int main(int count, char** words)
{
    char** command = words + 1;
    if (count > 1 && std::strcmp(*command, "--") == 0)
        ++command;
    if (*command == nullptr) {
        std::fputs("slipway-init: no program to run: slipway-init [--] PROGRAM [ARGUMENT...]\n", stderr);
        return own_failure;
    }
    // Where it is not the first process of its namespace.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const sigset_t passed = signals_to_pass();
    sigset_t usual{};
    ::sigprocmask(SIG_SETMASK, &passed, &usual);
    const pid_t program = ::fork();
    if (program < 0)
        return fail("fork", "", own_failure);
    if (program == 0)
        become_program(command, usual);
    // Sockets are the program's, and closed when it closes them.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    for (;;) {
        siginfo_t info{};
        const int signal = ::sigwaitinfo(&passed, &info);
        int status = 0;
        if (signal == SIGCHLD && reap(program, status))
            return WIFSIGNALED(status) ? signal_base + WTERMSIG(status) : WEXITSTATUS(status);
        if (signal > 0 && signal != SIGCHLD)
            ::kill(program, signal);
    }
}
