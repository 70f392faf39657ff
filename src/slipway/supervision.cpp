// SPDX-License-Identifier: LGPL-2.1-or-later
// Supervision: started with what the supervisor has given us, mirrored, ended alike.
#include "slipway/supervision.hpp"

#include "async/passed_sockets.hpp"
#include "base/packet.hpp"
#include "client/container.hpp"
#include "slipway/attach.hpp"
#include "slipway/early_signals.hpp"
#include "slipway/exit_status.hpp"
#include "slipway/service_manager.hpp"

#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr int start_attempts = 3;
constexpr const char* journal_place = "/run/systemd/journal/socket";

bool writes_output(const SupervisionOptions& options)
{
    if (options.log == "output")
        return true;
    if (options.log != "auto" && options.log != "journal")
        throw UsageError{"--log takes auto, journal or output, not '" + options.log + "'"};
    return options.log == "auto" && ::access(journal_place, F_OK) != 0;
}

async::PassedSockets take_sockets_if_any()
{
    return std::getenv("LISTEN_FDS") != nullptr ? async::take_passed_sockets()
                                                : async::PassedSockets{}; // NOLINT
}

// Everybody sees how it ended, in words of the kernel's; a shell makes 128 + SIGNAL of it.
[[noreturn]] void end_by(int signal)
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none); // the payload has left its own
    ::signal(signal, SIG_DFL);       // NOLINT
    sigset_t set{};
    sigemptyset(&set);
    sigaddset(&set, signal);
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
    ::kill(::getpid(), signal);
    ::_exit(128 + signal); // the first process of a PID namespace has no such end
}

// A monitor that is still there when we have gone would be killed by systemd, which says so in the journal.
void wait_for_monitor(const Fd& session)
{
    constexpr int patience_ms = 2000;
    pollfd end{session.number(), POLLIN, 0};
    char byte = 0;
    while (::poll(&end, 1, patience_ms) > 0 && ::recv(session.number(), &byte, sizeof byte, 0) > 0) {
    }
}

void stay_until_told(SignalInbox& inbox)
{
    pollfd signals{inbox.number(), POLLIN, 0};
    for (;;) {
        while (const std::optional<int> signal = inbox.take())
            if (*signal == SIGTERM || *signal == SIGINT || *signal == SIGQUIT)
                return;
        ::poll(&signals, 1, -1);
    }
}

class Start {
  public:
    Start(Context& context, std::string path, std::uint64_t watchdog_usec)
        : context_{&context}, path_{std::move(path)}, passed_{take_sockets_if_any()}, watchdog_usec_{
                                                                                          watchdog_usec}
    {
    }

    // The session. An engine that ended meanwhile has started it or not; what it has is undone with the
    // session.
    Fd operator()(EarlySignals& early, client::Streams streams)
    {
        for (int attempt = 1;; ++attempt) {
            FdPair pair = make_packet_pair();
            client::Container::Supervised supervised{
                {}, passed_.names, pair.second.number(), streams, watchdog_usec_};
            for (const Fd& socket : passed_.sockets)
                supervised.sockets.push_back(socket.number());
            try {
                client::Container container{context_->engine(), path_};
                early.await(*context_, container.start(std::move(supervised)));
                return std::move(pair.first);
            } catch (const Failure& failure) {
                if (failure.code() != ErrorCode::unavailable || attempt == start_attempts)
                    throw;
            }
        }
    }

  private:
    Context* context_;
    std::string path_;
    async::PassedSockets passed_;
    std::uint64_t watchdog_usec_;
};

} // namespace

void add_supervision_options(Options& options, SupervisionOptions& supervision)
{
    options.text("--log", supervision.log, "auto|journal|output",
                 "Where its output goes: the journal, or our own; auto: the journal where there is one");
    options.count("--ready-fd", supervision.ready_number, "NUMBER",
                  "Write a newline to this descriptor when it is ready (s6's notification-fd)");
    options.flag(
        "--remain-after-exit", supervision.remains,
        "Stay after a good end (status 0) until SIGTERM, for supervisors that start anew whatever ends");
}

int supervise_container(Context& context, const std::string& path, const SupervisionOptions& options)
{
    ::signal(SIGPIPE, SIG_IGN); // NOLINT
    SignalInbox inbox{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGALRM, SIGCONT};
    client::Container container{context.engine(), path};
    const client::ContainerInfo info = context.await(container.read());
    ServiceManager manager{info.readiness, options.ready_number};

    std::optional<Pipes> pipes;
    if (writes_output(options))
        pipes.emplace(Wishes{info.has_terminal, false});
    Fd session;
    std::vector<int> early_signals;
    {
        EarlySignals early{context.loop(), inbox, 1};
        Start start{context, path, info.readiness == "notified" ? manager.watchdog_usec() : 0};
        session = start(early, pipes ? pipes->streams() : client::Streams{});
        early_signals = early.signals();
    }
    if (pipes)
        pipes->close_far_ends();
    const client::ContainerInfo running = context.await(container.read());
    context.engine().disconnect();
    manager.started(running.unit);

    Attachment attachment{std::move(session), pipes ? pipes->make_pumps() : std::vector<Pump>{}, inbox,
                          Wishes{}};
    bool is_to_end = false;
    attachment.take_duties({.on_signal =
                                [&](int signal) {
                                    if (signal == SIGALRM && manager.has_own_watchdog()) {
                                        manager.ping();
                                        return true;
                                    }
                                    if (signal != SIGTERM)
                                        return false;
                                    is_to_end = true;
                                    manager.stopping();
                                    attachment.send(client::stop_packet());
                                    return true;
                                },
                            .on_event = [&](const client::SessionEvent& event) { manager.hear(event); }});
    for (const int signal : early_signals)
        attachment.pass_signal(signal);
    const Ending ending = attachment.relay(LeaveWhen::at_end_of_output);
    if (ending.write_failure)
        complain("slipway: " + ending.write_failure->message() + "\n");
    if (!ending.exited)
        end_by(SIGKILL); // its monitor was killed, and it with that
    wait_for_monitor(ending.session);
    manager.ended(*ending.exited);
    if (ending.exited->signal != 0)
        end_by(ending.exited->signal);
    if (options.remains && !is_to_end && ending.exited->status == 0) {
        complain("slipway: " + info.name +
                 " has come to a good end: its mirror stays until it is told to end\n");
        stay_until_told(inbox);
    }
    return ending.exited->status;
}

} // namespace slipway::cli
