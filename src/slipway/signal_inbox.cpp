// SPDX-License-Identifier: LGPL-2.1-or-later
// SignalInbox by signalfd(2).
#include "slipway/signal_inbox.hpp"

#include "base/failure.hpp"

#include <sys/signalfd.h>

namespace slipway::cli {

SignalInbox::SignalInbox(std::initializer_list<int> signals)
{
    sigset_t set{};
    ::sigemptyset(&set);
    for (const int signal : signals)
        ::sigaddset(&set, signal);
    fd_.reset(check(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "listen for signals"));
    check(::sigprocmask(SIG_BLOCK, &set, &before_), "hold back signals");
}

SignalInbox::~SignalInbox()
{
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> SignalInbox::take()
{
    signalfd_siginfo signal{};
    if (::read(fd_.number(), &signal, sizeof signal) != static_cast<ssize_t>(sizeof signal))
        return std::nullopt;
    return static_cast<int>(signal.ssi_signo);
}

} // namespace slipway::cli
