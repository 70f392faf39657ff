// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-pause: waits until it is told to end. A pod's network is there for as long as this is.
#include <csignal>
#include <cstdio>
#include <initializer_list>

int main()
{
    // The first process of a PID namespace hears no signal that it has not asked for (pid_namespaces(7)).
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP})
        ::sigaddset(&signals, signal);
    if (::sigprocmask(SIG_BLOCK, &signals, nullptr) < 0) {
        std::perror("slipway-pause: sigprocmask");
        return 1;
    }
    // There is nobody to reap: it has no children and adopts none but of programs that are executed in it.
    std::signal(SIGCHLD, SIG_IGN);
    int signal = 0;
    return ::sigwait(&signals, &signal) == 0 ? 0 : 1;
}
