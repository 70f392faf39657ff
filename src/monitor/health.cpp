// SPDX-License-Identifier: LGPL-2.1-or-later
// Health: when a check is due, and what its outcome means.
#include "monitor/health.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

constexpr std::size_t output_limit = 4096;
constexpr std::size_t log_limit = 5;

// Until the first success, where nobody says otherwise.
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::seconds longest_first_pause{5};

// A timer that is later than this was frozen with its process.
constexpr std::chrono::seconds frozen_margin{1};

// "0.1", "30".
std::string seconds_text(Microseconds span)
{
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), std::chrono::duration<double>{span}.count(),
                      std::chars_format::general, 6);
    return {text.data(), end.ptr};
}

} // namespace

Check::Check(Loop& loop, Launchers& launchers, const Fd& request, std::vector<int> cgroups,
             Microseconds timeout, std::function<void()> when_born, WhenOver when_over)
    : when_over_{std::move(when_over)}, timeout_{timeout}, timer_{loop, [this] { overdue(); }}
{
    entry_.begin = now();
    FdPair said = make_pipe();
    said_ = std::move(said.first);
    check(::fcntl(said_.number(), F_SETFL, O_NONBLOCK), "prepare a pipe");
    watch_ = Watch{loop, said_.number(), EPOLLIN, [this](std::uint32_t) { static_cast<void>(read()); }};
    Execution::Order order;
    order.request = request.duplicate();
    check(::lseek(order.request.number(), 0, SEEK_SET), "rewind the request");
    order.attachment.error = said.second.duplicate();
    order.attachment.output = std::move(said.second);
    execution_ = std::make_unique<Execution>(
        loop, launchers, std::move(order),
        Execution::Events{.born = std::move(when_born),
                          .started = [](const Execution&) {},
                          .failed =
                              [this](const Failure& failure) {
                                  entry_.output = failure.message();
                                  over(-1);
                              },
                          .ended = [](const Ending&) {},
                          .drained = [](const Ending&) {},
                          .finished = [this](const Ending& ending) { over(ending.status); }});
    timer_.start(timeout_);
    execution_->permit(std::move(cgroups));
}

void Check::kill()
{
    execution_->abort(Failure{ErrorCode::timed_out, "the check took too long"});
    execution_->send_signal(SIGKILL);
}

bool Check::read()
{
    std::array<char, output_limit> buffer{};
    const ssize_t count = ::read(said_.number(), buffer.data(), buffer.size());
    if (count <= 0) {
        if (count == 0)
            watch_.reset();
        return false;
    }
    entry_.output.append(buffer.data(),
                         std::min(static_cast<std::size_t>(count), output_limit - entry_.output.size()));
    return true;
}

void Check::overdue()
{
    if (Clock::now() - timer_.due() > frozen_margin) {
        timer_.start(timeout_);
        return;
    }
    is_overdue_ = true;
    const bool is_launching = execution_->is_launching();
    kill();
    if (is_launching) // nobody says that it has ended
        over(-1);
}

void Check::over(int exit_code)
{
    timer_.stop();
    // Who else holds the pipe is not waited for, nor heard for ever.
    for (std::size_t reads = 0; reads < output_limit && read();)
        ++reads;
    watch_.reset();
    entry_.end = now();
    entry_.exit_code = is_overdue_ ? -1 : exit_code;
    if (is_overdue_)
        entry_.output = "did not end within " + seconds_text(timeout_) + " s" +
                        (entry_.output.empty() ? "" : ": ") + entry_.output;
    when_over_(entry_);
}

Health::Health(Loop& loop, Launchers& launchers, std::optional<HealthPlan> plan, Fd request, std::string file,
               Events events)
    : loop_{loop}, launchers_{launchers}, plan_{plan}, request_{std::move(request)}, file_{std::move(file)},
      events_{std::move(events)}, timer_{loop, [this] { begin_check(); }}
{
    write();
}

void Health::begin(pid_t payload, std::vector<int> cgroups, Word word)
{
    cgroups_ = std::move(cgroups);
    is_running_ = true;
    if (plan_) {
        const std::string text = read_all(request_.number(), "the check's request");
        request_ = make_memory_file("launch-request", with_payload(text, payload));
    }
    if (word == Word::not_awaited)
        begin_checks();
    else if (has_heard_ready_)
        go_on();
}

void Health::hear_ready()
{
    // It may be said before we know that it runs.
    if (!std::exchange(has_heard_ready_, true) && is_running_)
        go_on();
}

void Health::go_on()
{
    if (plan_)
        begin_checks();
    else
        set(HealthStatus::healthy);
}

void Health::begin_checks()
{
    counted_at_ = Clock::now();
    grace_end_ = counted_at_ + plan_->start_period;
    next_pause_ = first_pause;
    timer_.start(pause());
}

// Until the next check.
Clock::duration Health::pause() noexcept
{
    if (record_.status != HealthStatus::starting)
        return plan_->interval;
    if (plan_->start_interval.count() != 0)
        return plan_->start_interval;
    const Clock::duration longest = std::min<Clock::duration>(longest_first_pause, plan_->interval);
    const Clock::duration pause = std::min(next_pause_, longest);
    next_pause_ = 2 * pause;
    return pause;
}

void Health::begin_check()
{
    try {
        is_check_over_ = false;
        check_ = std::make_unique<Check>(loop_, launchers_, request_, cgroups_, plan_->timeout, events_.born,
                                         [this](const HealthRecord::Entry& entry) { take(entry); });
    } catch (const Failure& failure) {
        const RealTime at = now();
        take({.begin = at, .end = at, .exit_code = -1, .output = failure.message()});
    }
}

// Checks come more often at first, failures do not.
bool Health::counts(Clock::time_point at) const
{
    if (record_.status != HealthStatus::starting)
        return true;
    return at >= grace_end_ && at - counted_at_ >= plan_->interval;
}

void Health::take(const HealthRecord::Entry& entry)
{
    is_check_over_ = true;
    if (!is_running_)
        return;
    record_.log.push_back(entry);
    if (record_.log.size() > log_limit)
        record_.log.pop_front();
    const Clock::time_point at = Clock::now();
    HealthStatus status = record_.status;
    if (entry.exit_code == 0) {
        record_.failing_streak = 0;
        status = HealthStatus::healthy;
    } else if (counts(at)) {
        counted_at_ = at;
        if (++record_.failing_streak >= plan_->retries)
            status = HealthStatus::unhealthy;
    }
    set(status);
    timer_.start(pause());
}

void Health::set(HealthStatus status)
{
    const bool is_new = std::exchange(record_.status, status) != status;
    write();
    if (is_new)
        events_.changed(record_);
}

void Health::write()
{
    try {
        replace_file(file_, health_text(record_), Durability::page_cache);
    } catch (const Failure& failure) {
        events_.failed(failure.within("writing down the container's health"));
    }
}

void Health::stop() noexcept
{
    is_running_ = false;
    timer_.stop();
    if (check_ && !is_check_over_)
        check_->kill();
}

void Health::sweep() noexcept
{
    if (is_check_over_)
        check_.reset();
}

} // namespace slipway::monitor
