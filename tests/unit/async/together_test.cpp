// SPDX-License-Identifier: LGPL-2.1-or-later
// together() and unless(): side by side, not too many, and ended from outside.
#include "async/signal.hpp"
#include "async/together.hpp"
#include "async/unless.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace slipway::async {
namespace {

using testing::run_task;
using namespace std::chrono_literals;

// How many run now, and how many did at once.
struct Load {
    int now = 0;
    int most = 0;
    int ended = 0;
};

struct Running {
    explicit Running(Load& of) : load{&of} { load->most = std::max(load->most, ++load->now); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Running(Running&&) = delete;
    Running& operator=(Running&&) = delete;
    ~Running() { --load->now; }
    Load* load;
};

Task<> work(EventLoop& loop, Load& load, Duration duration)
{
    const Running running{load};
    co_await sleep_for(loop, duration);
    ++load.ended;
}

Task<> fail(EventLoop& loop, Duration duration)
{
    co_await sleep_for(loop, duration);
    throw std::runtime_error{"as told"};
}

TEST(Together, RunsAllAndNotTooManyAtOnce)
{
    EventLoop loop;
    Load load;
    std::vector<Task<>> tasks;
    for (int i = 0; i < 10; ++i)
        tasks.push_back(work(loop, load, i % 2 == 0 ? 0ms : 1ms));
    run_task(loop, together(std::move(tasks), 3));
    EXPECT_EQ(load.ended, 10);
    EXPECT_EQ(load.most, 3);
}

TEST(Together, OfNothingIsDoneAtOnce)
{
    EventLoop loop;
    EXPECT_NO_THROW(run_task(loop, together({}, 3)));
}

TEST(Together, CancelsTheOthersWhenOneFails)
{
    EventLoop loop;
    Load load;
    std::vector<Task<>> tasks;
    tasks.push_back(work(loop, load, 1h));
    tasks.push_back(fail(loop, 1ms));
    tasks.push_back(work(loop, load, 1h));
    EXPECT_THROW(run_task(loop, together(std::move(tasks), 3)), std::runtime_error);
    EXPECT_EQ(load.now, 0);
    EXPECT_EQ(load.ended, 0);
}

TEST(Together, IsCancelledWithAllThatRun)
{
    EventLoop loop;
    Load load;
    std::vector<Task<>> tasks;
    for (int i = 0; i < 3; ++i)
        tasks.push_back(work(loop, load, 1h));
    Task<> all = together(std::move(tasks), 2);
    all.start();
    EXPECT_EQ(load.now, 2);
    all.cancel();
    EXPECT_EQ(load.now, 0);
}

// One that starts ends one that waits, in the midst of it.
TEST(Together, BearsATaskThatEndsAnother)
{
    EventLoop loop;
    Signal signal;
    const auto wait = [](Signal& on) -> Task<> { co_await on.next(); };
    const auto wake = [](Signal& on) -> Task<> {
        on.notify();
        co_return;
    };
    Load load;
    std::vector<Task<>> tasks;
    tasks.push_back(wait(signal));
    tasks.push_back(work(loop, load, 1ms));
    tasks.push_back(wake(signal));
    EXPECT_NO_THROW(run_task(loop, together(std::move(tasks), 2)));
}

TEST(Unless, ReturnsWhatIsDone)
{
    EventLoop loop;
    std::function<void()> end;
    Load load;
    const auto both = [](std::function<void()>& by, Task<> task) -> Task<> {
        co_await unless(by, std::move(task));
    };
    run_task(loop, both(end, work(loop, load, 1ms)));
    EXPECT_EQ(load.ended, 1);
    EXPECT_FALSE(end);
}

TEST(Unless, CancelsWhatSomebodyEnds)
{
    EventLoop loop;
    std::function<void()> end;
    Load load;
    const auto both = [](std::function<void()>& by, Task<> task) -> Task<std::string> {
        std::string said;
        try {
            co_await unless(by, std::move(task));
        } catch (const Failure& failure) {
            said = failure.message();
        }
        co_return said;
    };
    Task<std::string> task = both(end, work(loop, load, 1h));
    task.start();
    ASSERT_TRUE(end);
    const std::function<void()> ending = end;
    ending();
    ASSERT_TRUE(task.is_done());
    EXPECT_EQ(task.take(), "cancelled");
    EXPECT_EQ(load.now, 0);
    EXPECT_FALSE(end);
}

} // namespace
} // namespace slipway::async
