// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting in the foreground: poll(2) over the process, signals, the terminal, notifications.
#include "oci-runtime/wait.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/process.hpp"
#include "oci-runtime/console.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace slipway::oci_runtime {

namespace {

// Those that mean us, or nobody.
void remove_own_signals(sigset_t& set)
{
    for (const int signal : {SIGCHLD, SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGPIPE,
                             SIGTTIN, SIGTTOU, SIGTSTP})
        ::sigdelset(&set, signal);
}

sigset_t passed_signals()
{
    sigset_t set{};
    ::sigfillset(&set);
    remove_own_signals(set);
    return set;
}

// False at the end of FROM.
bool copy_some(int from, int to)
{
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (count <= 0)
        return false;
    write_all(to, {buffer.data(), static_cast<std::size_t>(count)}, "the terminal");
    return true;
}

int reap(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            throw errno_failure(errno, "wait for the process");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

class Foreground {
  public:
    Foreground(const Fd& process, Fd terminal, Notifications* notifications)
        : process_{&process}, terminal_{std::move(terminal)}, notifications_{notifications}
    {
        const sigset_t set = passed_signals();
        signals_ = Fd{check(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "make a signalfd")};
    }

    void wait()
    {
        RawTerminal raw;
        if (terminal_)
            raw.resize(terminal_);
        for (;;) {
            std::array<pollfd, 5> wanted{
                pollfd{process_->number(), POLLIN, 0}, pollfd{signals_.number(), POLLIN, 0},
                pollfd{notifications_ != nullptr ? notifications_->socket().number() : -1, POLLIN, 0},
                pollfd{terminal_.number(), POLLIN, 0},
                pollfd{terminal_ && has_input_ ? STDIN_FILENO : -1, POLLIN, 0}};
            if (::poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR)
                throw errno_failure(errno, "poll");
            if (wanted[2].revents != 0)
                notifications_->pass_on();
            if (wanted[1].revents != 0)
                pass_signals(raw);
            if (wanted[3].revents != 0 && !copy_some(terminal_.number(), STDOUT_FILENO))
                terminal_.reset();
            if (wanted[4].revents != 0)
                has_input_ = copy_some(STDIN_FILENO, terminal_.number());
            if (wanted[0].revents != 0)
                break;
        }
        drain();
        if (notifications_ != nullptr && notifications_->socket())
            notifications_->pass_on();
    }

  private:
    void pass_signals(const RawTerminal& raw)
    {
        signalfd_siginfo info{};
        while (::read(signals_.number(), &info, sizeof info) == sizeof info) {
            const int signal = static_cast<int>(info.ssi_signo);
            if (signal == SIGWINCH && terminal_)
                raw.resize(terminal_);
            else
                kernel::send_signal(*process_, signal);
        }
    }

    // What it wrote before its end.
    void drain()
    {
        if (!terminal_)
            return;
        ::fcntl(terminal_.number(), F_SETFL, O_NONBLOCK);
        for (pollfd left{terminal_.number(), POLLIN, 0};
             ::poll(&left, 1, 0) > 0 && copy_some(terminal_.number(), STDOUT_FILENO);)
        {
        }
    }

    const Fd* process_;
    Fd terminal_;
    Notifications* notifications_;
    Fd signals_;
    bool has_input_ = true;
};

} // namespace

void hold_signals()
{
    const sigset_t set = passed_signals();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

int wait_in_foreground(pid_t pid, const Fd& process, Fd terminal, Notifications* notifications)
{
    Foreground{process, std::move(terminal), notifications}.wait();
    return reap(pid);
}

void wait_for_readiness(const Fd& process, Notifications& notifications)
{
    while (notifications.socket()) {
        std::array<pollfd, 2> wanted{pollfd{process.number(), POLLIN, 0},
                                     pollfd{notifications.socket().number(), POLLIN, 0}};
        if (::poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR)
            throw errno_failure(errno, "poll");
        if ((wanted[1].revents != 0 && notifications.pass_on()) || wanted[0].revents != 0)
            return;
    }
}

} // namespace slipway::oci_runtime
