// SPDX-License-Identifier: LGPL-2.1-or-later
// async: tasks finish, fail, are cancelled and time out; these also probe the compiler's coroutines.
#include "async/readiness.hpp"
#include "async/reaped.hpp"
#include "async/signal.hpp"
#include "async/task_scope.hpp"
#include "async/turn.hpp"
#include "async/worker.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace slipway::async {
namespace {

using testing::run_task;
using namespace std::chrono_literals;

// Counts those alive, to see that cancelled frames are unwound.
struct Counted {
    explicit Counted(int& count) : count_{&count} { ++*count_; }
    Counted(Counted&& other) noexcept : count_{other.count_} { ++*count_; }
    Counted(const Counted& other) : count_{other.count_} { ++*count_; }
    Counted& operator=(const Counted&) = delete;
    Counted& operator=(Counted&&) = delete;
    ~Counted() { --*count_; }
    int* count_;
};

Task<int> number(int value)
{
    co_return value;
}

Task<int> sum_of(int count)
{
    int sum = 0;
    for (int i = 0; i < count; ++i)
        sum += co_await number(1);
    co_return sum;
}

Task<> fail_after(EventLoop& loop, Duration duration)
{
    co_await sleep_for(loop, duration);
    throw std::runtime_error{"as told"};
}

Task<> hold(EventLoop& loop, Counted kept, Duration duration)
{
    const Counted another = kept;
    co_await sleep_for(loop, duration);
}

Task<> hold_deep(EventLoop& loop, int& count, int depth)
{
    const Counted here{count};
    if (depth == 0)
        co_await sleep_for(loop, 1h);
    else
        co_await hold_deep(loop, count, depth - 1);
}

TEST(Task, StartsOnlyWhenAwaited)
{
    bool has_run = false;
    const auto body = [](bool& flag) -> Task<> {
        flag = true;
        co_return;
    };
    Task<> task = body(has_run);
    EXPECT_FALSE(has_run);
    task.start();
    EXPECT_TRUE(has_run);
    EXPECT_TRUE(task.is_done());
}

TEST(Task, AwaitsAMillionFinishedChildrenWithoutGrowingTheStack)
{
    EventLoop loop;
    EXPECT_EQ(run_task(loop, sum_of(1'000'000)), 1'000'000);
}

TEST(Task, CarriesAnExceptionThroughSeveralAwaits)
{
    EventLoop loop;
    const auto outer = [](EventLoop& on) -> Task<std::string> {
        std::string caught;
        try {
            co_await fail_after(on, 1ms);
        } catch (const std::exception& failure) {
            caught = failure.what();
        }
        co_return caught;
    };
    EXPECT_EQ(run_task(loop, outer(loop)), "as told");
}

TEST(Task, UnwindsAllFramesOfACancelledChain)
{
    EventLoop loop;
    int count = 0;
    Task<> task = hold_deep(loop, count, 50);
    task.start();
    EXPECT_EQ(count, 51);
    task.cancel();
    EXPECT_EQ(count, 0);
}

TEST(Task, FreesItsArgumentsWhenNeverStarted)
{
    EventLoop loop;
    int count = 0;
    {
        const Task<> task = hold(loop, Counted{count}, 1h);
        EXPECT_GT(count, 0);
    }
    EXPECT_EQ(count, 0);
}

TEST(Task, RunsSideBySideOnceStarted)
{
    EventLoop loop;
    const auto both = [](EventLoop& on) -> Task<std::chrono::steady_clock::duration> {
        const auto begin = std::chrono::steady_clock::now();
        Signal never;
        Task<> first = fail_after(on, 20ms);
        Task<> second = fail_after(on, 20ms);
        first.start();
        second.start();
        int failures = 0;
        try {
            co_await first;
        } catch (const std::exception&) {
            ++failures;
        }
        EXPECT_FALSE(failures == 0);
        try {
            co_await second;
        } catch (const std::exception&) {
            ++failures;
        }
        EXPECT_EQ(failures, 2);
        co_return std::chrono::steady_clock::now() - begin;
    };
    EXPECT_LT(run_task(loop, both(loop)), 40ms);
}

TEST(Within, CancelsWhatTakesTooLong)
{
    EventLoop loop;
    int count = 0;
    const auto late = [](EventLoop& on, int& counter) -> Task<ErrorCode> {
        ErrorCode code = ErrorCode::internal;
        Task<> slow = hold(on, Counted{counter}, 1h);
        try {
            co_await within(on, 5ms, std::move(slow));
        } catch (const Failure& failure) {
            code = failure.code();
        }
        co_return code;
    };
    EXPECT_EQ(run_task(loop, late(loop, count)), ErrorCode::timed_out);
    EXPECT_EQ(count, 0);
}

TEST(Within, ReturnsWhatIsInTime)
{
    EventLoop loop;
    EXPECT_EQ(run_task(loop, number(7)), 7);
}

TEST(TaskScope, ForgetsFinishedOnesAndHearsOfFailures)
{
    EventLoop loop;
    std::vector<std::string> failures;
    TaskScope scope{[&failures](std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& caught) {
            failures.emplace_back(caught.what());
        }
    }};
    scope.spawn(fail_after(loop, 1ms));
    EXPECT_EQ(scope.size(), 1U);
    while (scope.size() > 0)
        loop.run_once(UINT64_MAX);
    EXPECT_EQ(failures, std::vector<std::string>{"as told"});
}

TEST(TaskScope, CancelsWhatIsLeft)
{
    EventLoop loop;
    int count = 0;
    {
        TaskScope scope{[](std::exception_ptr) { FAIL(); }};
        scope.spawn(hold_deep(loop, count, 3));
        scope.spawn(hold_deep(loop, count, 0));
        EXPECT_EQ(count, 5);
    }
    EXPECT_EQ(count, 0);
}

Task<> wait_for(Signal& signal, int& count)
{
    co_await signal.next();
    ++count;
}

TEST(Signal, WakesAllWhoWaitAndNoneWhoLeft)
{
    Signal signal;
    int count = 0;
    Task<> first = wait_for(signal, count);
    Task<> second = wait_for(signal, count);
    Task<> gone = wait_for(signal, count);
    first.start();
    second.start();
    gone.start();
    gone.cancel();
    signal.notify();
    signal.notify();
    EXPECT_EQ(count, 2);
}

Task<> cancel_other(Signal& signal, Task<>& other)
{
    co_await signal.next();
    other.cancel();
}

TEST(Signal, AWokenOneMayCancelAnother)
{
    Signal signal;
    int count = 0;
    Task<> victim = wait_for(signal, count);
    Task<> killer = cancel_other(signal, victim);
    killer.start();
    victim.start();
    signal.notify();
    EXPECT_EQ(count, 0);
}

Task<> append_in_turn(EventLoop& loop, Turnstile& turns, std::vector<int>& order, int mine)
{
    const auto turn = co_await turns.take();
    order.push_back(mine);
    co_await sleep_for(loop, 1ms);
    order.push_back(mine);
}

TEST(Turnstile, LetsOneInAtATimeInTheOrderOfAsking)
{
    EventLoop loop;
    Turnstile turns;
    std::vector<int> order;
    TaskScope scope{[](std::exception_ptr) { FAIL(); }};
    for (int i = 0; i < 3; ++i)
        scope.spawn(append_in_turn(loop, turns, order, i));
    while (scope.size() > 0)
        loop.run_once(UINT64_MAX);
    EXPECT_EQ(order, (std::vector<int>{0, 0, 1, 1, 2, 2}));
    EXPECT_FALSE(turns.is_taken());
}

TEST(Readiness, ResumesWhenAPipeHasContent)
{
    EventLoop loop;
    const FdPair pipe = make_pipe();
    const auto wait = [](EventLoop& on, int fd) -> Task<std::uint32_t> {
        co_return co_await readable(on, fd);
    };
    Task<std::uint32_t> task = wait(loop, pipe.first.number());
    task.start();
    EXPECT_FALSE(task.is_done());
    write_all(pipe.second.number(), "x", "pipe");
    loop.run_once(UINT64_MAX);
    ASSERT_TRUE(task.is_done());
    EXPECT_NE(task.take() & EPOLLIN, 0U);
}

TEST(Reaped, ResumesWhenTheChildHasEndedAndIsNoZombie)
{
    EventLoop loop;
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0)
        ::_exit(3);
    run_task(loop, reaped(loop, pid, Fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))}));
    EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(Workers, RunElsewhereAndBringTheirExceptionsBack)
{
    EventLoop loop;
    Workers workers{loop, 2};
    const auto thread = std::this_thread::get_id();
    std::thread::id other;
    run_task(loop, workers.run([&other] { other = std::this_thread::get_id(); }));
    EXPECT_NE(other, thread);
    EXPECT_THROW(run_task(loop, workers.run([] { throw Failure{ErrorCode::no_space, "full"}; })), Failure);
}

TEST(Workers, FinishWhatWasCancelled)
{
    bool has_run = false;
    {
        EventLoop loop;
        Workers workers{loop, 1};
        Task<> task = workers.run([&has_run] { has_run = true; });
        task.start();
        task.cancel();
    }
    EXPECT_TRUE(has_run);
}

} // namespace
} // namespace slipway::async
