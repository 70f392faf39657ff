// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: what engines ask for (docs/protocols.md, "Monitor").
#include "base/failure.hpp"
#include "monitor/container.hpp"

#include <csignal>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

// Without moving the position from which the launcher is to read.
std::string content_of(const Fd& file)
{
    struct stat status {};
    check(::fstat(file.number(), &status), "look at the request");
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    const ssize_t count =
        check(::pread(file.number(), content.data(), content.size(), 0), "read the request");
    content.resize(static_cast<std::size_t>(count));
    return content;
}

template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
// clang 16 deduces none by itself.
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

// Longer than anybody waits; the clock cannot count much further.
constexpr std::uint64_t forever_usec = 1'000'000ULL * 3600 * 24 * 365 * 10;

} // namespace

void Container::handle(EngineLinks::Id from, Packet& packet)
{
    std::visit(Overloaded{
                   [&](Prepare&& request) { prepare(std::move(request), packet); },
                   [&](const Hold&) { hold(packet); },
                   [&](const StartRelay&) { prepare_relay(packet); },
                   [&](const Place& request) { place(request); },
                   [&](const Signal& request) {
                       if (payload_)
                           payload_->send_signal(request.number);
                   },
                   [&](const Stop& request) { stop(request); },
                   [&](const State&) { answer_state(from); },
                   [&](const Exec& request) { execute(from, request, packet); },
               },
               parse_engine_request(packet.text).value());
}

void Container::prepare(Prepare request, Packet& packet)
{
    if (phase_ != Phase::idle)
        throw Failure{ErrorCode::invalid_argument, "prepared already"};
    phase_ = Phase::launching;
    ::prctl(PR_SET_NAME, "slipway-monitor");
    directory_ = std::move(request.directory);
    exit_file_ = std::move(request.exit_file);
    log_.emplace(journal_, request.identity);
    try {
        Fd check;
        if (request.health && packet.descriptors.size() > 1) {
            check = std::move(packet.descriptors[1]);
            packet.descriptors.erase(packet.descriptors.begin() + 1);
        }
        Attachment attachment = take_attachment(packet, request.streams);
        if (request.health || request.is_notified)
            watch_health(request, std::move(check));
        supervise(std::move(attachment.supervisor), request);
        if (request.is_notified)
            notify_socket_.emplace(loop_, directory_,
                                   NotifySocket::Events{.ready = [this] { health_->hear_ready(); },
                                                        .told =
                                                            [this](std::string_view assignments) {
                                                                if (supervisor_)
                                                                    supervisor_->tell(
                                                                        notified_text(assignments));
                                                            }});
        if (request.has_hooks)
            hooks_ = parse_hooks(content_of(packet.descriptors.front())).value();
        payload_ = std::make_unique<Execution>(
            loop_, launchers_,
            Execution::Order{.request = std::move(packet.descriptors.front()),
                             .attachment = std::move(attachment),
                             .terminal = request.terminal,
                             .log = &*log_},
            Execution::Events{
                .born = [this] { reap(); },
                .created = [this] { run_hooks_of_creation(); },
                .started = [this](const Execution&) { started(); },
                .failed = [this](const Failure& failure) { fail(failure); },
                .ended = [this](const Ending& ending) { ended(ending); },
                .drained = [this](const Ending& ending) { log_->write_died(ending, payload_->started_at()); },
                .finished = [this](const Ending& ending) { finished(ending); }});
    } catch (const Failure& failure) {
        fail(failure.within("starting the launcher"));
        return;
    }
    permit();
}

void Container::watch_health(const Prepare& request, Fd check)
{
    health_ =
        std::make_unique<Health>(loop_, launchers_, request.health, std::move(check), directory_ + "/health",
                                 Health::Events{.born = [this] { reap(); },
                                                .changed =
                                                    [this](const HealthRecord& record) {
                                                        log_->write_health(record);
                                                        links_.tell_all(health_text(record));
                                                        if (supervisor_)
                                                            supervisor_->tell(health_text(record));
                                                        if (!links_.has_any())
                                                            wake_engine(places_.engine_socket);
                                                    },
                                                .failed = [this](const Failure& failure) { note(failure); }});
}

void Container::supervise(Fd session, const Prepare& request)
{
    if (!session)
        return;
    supervisor_.emplace(loop_, std::move(session),
                        request.without_supervisor.value_or(Stop{.signal = SIGKILL}),
                        Supervisor::Events{.stop =
                                               [this](const Stop& wish) {
                                                   // An engine may have begun, with words of its own.
                                                   if (!is_stopped_)
                                                       stop(wish);
                                               },
                                           .signal =
                                               [this](int signal) {
                                                   if (payload_)
                                                       payload_->send_signal(signal);
                                               }});
}

void Container::hold(Packet& packet)
{
    for (Fd& descriptor : packet.descriptors)
        held_.push_back(std::move(descriptor));
}

void Container::prepare_relay(Packet& packet)
{
    if (phase_ != Phase::launching || is_placed_ || packet.descriptors.size() != 3)
        throw Failure{ErrorCode::invalid_argument, "no relay now, or without its descriptors"};
    relay_ =
        std::make_unique<Relay>(loop_, parse_relay_order(content_of(packet.descriptors[0])).value(),
                                Relay::Namespaces{.network = std::move(packet.descriptors[1]),
                                                  .user = std::move(packet.descriptors[2])},
                                directory_,
                                Relay::Events{.ready = [this] { permit(); },
                                              .failed = [this](const Failure& failure) { fail(failure); },
                                              .lost = [this](const Failure& failure) { note(failure); }});
}

void Container::place(const Place& request)
{
    if (std::exchange(is_placed_, true))
        throw Failure{ErrorCode::invalid_argument, "placed already"};
    try {
        if (request.beside != 0)
            enter_cgroups_of(request.beside);
        cgroup_.emplace(request.cgroup.empty() ? Cgroup{} : Cgroup{request.cgroup});
    } catch (const Failure& failure) {
        fail(Failure{ErrorCode::placement_failed, failure.message(), failure.where()});
        return;
    }
    if (relay_ && phase_ == Phase::launching) {
        held_.clear(); // it binds them itself
        try {
            relay_->start(cgroup_->supervisor());
        } catch (const Failure& failure) {
            fail(failure);
            return;
        }
    }
    permit();
}

void Container::stop(const Stop& request)
{
    if (!payload_ || phase_ >= Phase::ending)
        return;
    is_stopped_ = true;
    payload_->send_signal(request.signal);
    if (request.timeout_usec >= forever_usec)
        return;
    const Clock::time_point due = Clock::now() + Microseconds{request.timeout_usec};
    // Another stop may shorten the time, never lengthen it.
    if (!kill_timer_.is_running() || due < kill_timer_.due())
        kill_timer_.start_at(due);
}

void Container::answer_state(EngineLinks::Id from)
{
    links_.tell(from,
                payload_ ? state_text(payload_->pid(), payload_->started_at()) : state_text(0, RealTime{}));
}

void Container::execute(EngineLinks::Id from, const Exec& request, Packet& packet)
{
    try {
        if (phase_ != Phase::running)
            throw Failure{ErrorCode::not_running, "the container does not run"};
        Attachment attachment = take_attachment(packet, request.streams);
        auto execution =
            std::make_unique<Execution>(loop_, launchers_,
                                        Execution::Order{.request = std::move(packet.descriptors.front()),
                                                         .attachment = std::move(attachment),
                                                         .terminal = request.terminal},
                                        additional_events(from, request.exec));
        additional_.push_back({.exec = request.exec, .asked_by = from, .execution = std::move(execution)});
        additional_.back().execution->permit(cgroup_->payload());
    } catch (const Failure& failure) {
        links_.tell(from, exec_failed_text(request.exec, failure));
    }
}

Execution::Events Container::additional_events(EngineLinks::Id from, const std::string& exec)
{
    return {.born = [this] { reap(); },
            .started =
                [this, from, exec](const Execution& execution) {
                    links_.tell(from, exec_started_text(exec, execution.pid()));
                },
            .failed =
                [this, from, exec](const Failure& failure) {
                    links_.tell(from, exec_failed_text(exec, failure));
                    reap();
                },
            .ended = [](const Ending&) {},
            .drained = [](const Ending&) {},
            .finished = [this, from,
                         exec](const Ending& ending) { links_.tell(from, exec_exited_text(exec, ending)); }};
}

} // namespace slipway::monitor
