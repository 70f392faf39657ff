// SPDX-License-Identifier: LGPL-2.1-or-later
// HookRun: spawned, fed, heard of from the reaper.
#include "monitor/hook_run.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/spawn.hpp"

#include <csignal>

namespace slipway::monitor {

HookRun::HookRun(Loop& loop)
    : timer_{loop, [this] {
                 is_late_ = true;
                 process_.send_signal(SIGKILL);
             }}
{
}

void HookRun::start(std::vector<Hook> hooks, std::string state, Done done)
{
    hooks_ = std::move(hooks);
    state_ = std::move(state);
    done_ = std::move(done);
    index_ = 0;
    is_running_ = true;
    next();
}

void HookRun::next()
{
    if (index_ == hooks_.size()) {
        finish(std::nullopt);
        return;
    }
    const Hook& hook = hooks_[index_];
    is_late_ = false;
    try {
        // A memory file, since a hook that does not read must not hold us up.
        const Fd input = make_memory_file("state", state_);
        kernel::Spawned spawned =
            kernel::spawn(hook.path, hook.args.empty() ? std::vector<std::string>{hook.path} : hook.args,
                          hook.env ? *hook.env : kernel::own_environment(),
                          {{.from = input.number(), .to = 0}, {.from = 1, .to = 1}, {.from = 2, .to = 2}});
        process_ = {.pid = spawned.pid, .pidfd = std::move(spawned.pidfd)};
    } catch (const Failure& failure) {
        finish(Failure{ErrorCode::start_failed, hook.place + ": " + failure.message()});
        return;
    }
    if (hook.timeout)
        timer_.start(std::chrono::seconds{*hook.timeout});
}

void HookRun::refuse(const std::string& reason)
{
    const Hook& hook = hooks_[index_];
    finish(Failure{ErrorCode::start_failed, hook.place + ": " + hook.path + " " + reason});
}

void HookRun::end(pid_t pid, const Ending& ending)
{
    if (!is_running_ || pid != process_.pid)
        return;
    timer_.stop();
    process_ = {};
    if (is_late_) {
        refuse("took longer than " + std::to_string(hooks_[index_].timeout.value_or(0)) + " s");
    } else if (ending.signal != 0) {
        refuse("was killed by signal " + std::to_string(ending.signal));
    } else if (ending.status != 0) {
        refuse("ended with status " + std::to_string(ending.status));
    } else {
        ++index_;
        next();
    }
}

void HookRun::finish(const std::optional<Failure>& failure)
{
    is_running_ = false;
    const Done done = std::exchange(done_, {}); // it may start the next run
    done(failure);
}

void HookRun::stop() noexcept
{
    is_running_ = false;
    timer_.stop();
    process_.send_signal(SIGKILL);
    if (process_.pid != 0)
        stopped_ = process_.pid;
    process_ = {};
}

} // namespace slipway::monitor
