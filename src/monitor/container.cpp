// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: the payload's life. What engines ask for in between is in
// requests.cpp.
#include "monitor/container.hpp"

#include "monitor/exit_record.hpp"

#include <csignal>
#include <malloc.h>
#include <sys/mman.h>

namespace slipway::monitor {

namespace {

// The start and a very short run come first.
constexpr std::chrono::milliseconds listen_delay{1};

// Payloads that run this long are worth tidying up for.
constexpr std::chrono::milliseconds settle_delay{200};

// What does not die of SIGKILL (it hangs in the kernel) is left to systemd.
// Longer than a client's patience.
constexpr std::chrono::seconds overdue_delay{15};

// How long a journal that takes nothing may keep a container from being over.
constexpr std::chrono::seconds journal_patience{10};

} // namespace

Container::Container(Loop& loop, Places places, Fd engine)
    : loop_{loop}, places_{std::move(places)}, launchers_{places_.launcher},
      journal_{loop, places_.journal_socket,
               [this] {
                   for_each_execution([](Execution& execution) { execution.resume_output(); });
                   conclude();
               }},
      links_{loop,
             {.packet = [this](EngineLinks::Id from, Packet& packet) { handle(from, packet); },
              .closed = [this](EngineLinks::Id id) { link_closed(id); }}},
      first_link_{links_.add(std::move(engine))}, hook_run_{loop}, listen_timer_{loop, [this] { listen(); }},
      settle_timer_{loop, [this] { settle(); }},
      kill_timer_{loop, [this] { payload_->send_signal(SIGKILL); }}, overdue_timer_{loop, [this] {
                                                                                        is_overdue_ = true;
                                                                                        conclude();
                                                                                    }}
{
}

template <typename Deed>
void Container::for_each_execution(Deed deed)
{
    if (payload_)
        deed(*payload_);
    for (const Additional& additional : additional_)
        deed(*additional.execution);
    if (Execution* const check = health_ ? health_->execution() : nullptr; check != nullptr)
        deed(*check);
}

void Container::reap()
{
    bool awaits_birth = false;
    for_each_execution(
        [&](const Execution& execution) { awaits_birth = awaits_birth || execution.awaits_birth(); });
    if (awaits_birth)
        return; // reap() is called again when it is known whose child is whose
    // What ends here may ask whether all is over; there are more than were known of before.
    children_ = Children::some;
    // Kills for want of memory that no end has been put down to yet: the kernel may have killed two before we
    // look.
    std::uint64_t unexplained = 0;
    children_ = reap_children([this, &unexplained](pid_t pid, Ending ending) {
        // Of those whom SIGKILL ended: nobody else tells this one from that of an administrator.
        if (ending.signal == SIGKILL && cgroup_) {
            const std::uint64_t kills = cgroup_->count_oom_kills();
            if (kills > oom_kills_) // a scope that has gone counts none
                unexplained += kills - std::exchange(oom_kills_, kills);
            ending.oom_killed = unexplained > 0;
            unexplained -= ending.oom_killed ? 1 : 0;
        }
        for_each_execution([&](Execution& execution) {
            if (execution.pid() == pid)
                execution.end(ending);
        });
        hook_run_.end(pid, ending);
        if (relay_)
            relay_->end(pid, ending);
        if (pid == hook_run_.stopped())
            kill_children(hook_run_.pid());
    });
    // Whoever a launcher bore in its last moment came after the others had been killed.
    if (phase_ == Phase::failing && children_ == Children::some && !hook_run_.is_running())
        kill_children();
    conclude();
}

void Container::sweep()
{
    links_.sweep();
    std::erase_if(additional_, [](const Additional& additional) { return additional.execution->is_over(); });
    if (health_)
        health_->sweep();
    conclude();
}

void Container::permit()
{
    if (!cgroup_ || !payload_ || (relay_ && !relay_->is_ready()))
        return;
    payload_->permit(cgroup_->payload());
}

void Container::run_hooks_of_creation()
{
    hook_run_.start(hooks_.created, hook_state_text(hooks_, "creating", payload_->pid()),
                    [this](const std::optional<Failure>& failure) {
                        if (failure)
                            fail(*failure);
                        else
                            payload_->proceed();
                    });
}

void Container::started()
{
    phase_ = Phase::running;
    if (hooks_.started.empty()) {
        tell_started();
        return;
    }
    hook_run_.start(hooks_.started, hook_state_text(hooks_, "running", payload_->pid()),
                    [this](const std::optional<Failure>& failure) {
                        if (failure)
                            note(*failure);
                        tell_started();
                    });
}

void Container::tell_started()
{
    if (std::exchange(is_start_told_, true))
        return;
    links_.tell_all(started_text(payload_->pid(), payload_->started_at(), payload_->timings()));
    if (links_.has_any())
        listen_timer_.start(listen_delay);
    else
        listen();
    settle_timer_.start(settle_delay);
    if (health_)
        begin_health();
}

void Container::begin_health()
{
    try {
        health_->begin(payload_->pid(), cgroup_->payload(),
                       notify_socket_ ? Health::Word::awaited : Health::Word::not_awaited);
    } catch (const Failure& failure) {
        note(failure.within("the container's health is not looked after"));
    }
}

void Container::listen()
{
    try {
        links_.listen(directory_);
    } catch (const Failure& failure) {
        note(failure.within("no later engine can reach this monitor"));
    }
}

// A while after the start, when nobody waits for the monitor.
void Container::settle()
{
    try {
        cgroup_->enter_supervisor();
    } catch (const Failure& failure) {
        note(failure.within("moving the monitor to its own cgroup"));
    }
    ::malloc_trim(0);
    // When the scope is at its limit the kernel takes the files' pages first, ours too. To read them again we
    // would have to be given memory, and the payload might be killed for that. Refused (RLIMIT_MEMLOCK), it
    // goes without.
    ::mlockall(MCL_CURRENT | MCL_ONFAULT);
}

void Container::fail(const Failure& failure)
{
    if (phase_ >= Phase::ending)
        return;
    failure_ = failure;
    phase_ = Phase::failing;
    if (payload_)
        payload_->abort(failure);
    if (relay_)
        relay_->stop();
    hook_run_.stop();
    kill_leftovers();
    // What the others have prepared is taken back.
    if (!hooks_.stopped.empty() && payload_ && payload_->pid() != 0)
        hook_run_.start(hooks_.stopped, hook_state_text(hooks_, "stopped", 0),
                        [this](const std::optional<Failure>& late) {
                            if (late)
                                note(*late);
                            kill_children();
                        });
    reap();
}

void Container::ended(const Ending& ending)
{
    if (hook_run_.is_running()) {
        hook_run_.stop();
        tell_started();
    }
    phase_ = Phase::ending;
    if (health_)
        health_->stop();
    // The ports are free before anybody hears of the end, and starts it anew.
    held_.clear();
    if (relay_)
        relay_->stop();
    listen_timer_.stop();
    settle_timer_.stop();
    kill_timer_.stop();
    journal_.expect_end(journal_patience);
    try {
        write_exit_record(exit_file_, ending);
    } catch (const Failure& failure) {
        note(failure.within("writing the exit record"));
    }
    const Failure too_late{ErrorCode::not_running, "the container ended"};
    for (const Additional& additional : additional_) {
        if (additional.execution->is_launching())
            links_.tell(additional.asked_by, exec_failed_text(additional.exec, too_late));
        additional.execution->abort(too_late);
        additional.execution->send_signal(SIGKILL);
    }
    kill_leftovers();
}

void Container::finished(const Ending& ending)
{
    if (hooks_.stopped.empty()) {
        tell_exited(ending);
        return;
    }
    hook_run_.start(hooks_.stopped, hook_state_text(hooks_, "stopped", 0),
                    [this, ending](const std::optional<Failure>& failure) {
                        if (failure)
                            note(*failure);
                        kill_children();
                        tell_exited(ending);
                    });
}

void Container::tell_exited(const Ending& ending)
{
    links_.accept_waiting();
    links_.tell_all(exited_text(ending));
    if (supervisor_)
        supervisor_->tell(exited_text(ending));
    if (!links_.has_any())
        wake_engine(places_.engine_socket);
    is_told_ = true;
    conclude();
}

void Container::link_closed(EngineLinks::Id id)
{
    if (id != first_link_ || phase_ >= Phase::running)
        return;
    // The next engine would find a container at rest.
    fail(Failure{ErrorCode::cancelled, "the engine ended before the container had started"});
}

// All that ran in the container, and what came to the subreaper from it.
void Container::kill_leftovers()
{
    overdue_timer_.start(overdue_delay);
    try {
        if (cgroup_)
            cgroup_->kill_payload();
        kill_children();
    } catch (const Failure& failure) {
        note(failure.within("killing what is left"));
    }
}

// Is there anything left to wait for?
void Container::conclude()
{
    if (phase_ != Phase::failing && (phase_ != Phase::ending || !is_told_))
        return;
    if (hook_run_.is_running())
        return;
    const bool has_processes = !additional_.empty() || children_ == Children::some;
    if (journal_.is_congested() || (has_processes && !is_overdue_))
        return;
    if (phase_ == Phase::failing && failure_ && !std::exchange(is_told_, true))
        links_.tell_all(failed_text(*failure_));
    // A scope whose only process has ended before systemd put it in is never found empty, and stays.
    if (phase_ == Phase::failing && !is_placed_ && links_.has_any())
        return;
    phase_ = Phase::over;
}

void Container::note(const Failure& failure)
{
    if (log_)
        log_->write_failure(failure);
}

} // namespace slipway::monitor
