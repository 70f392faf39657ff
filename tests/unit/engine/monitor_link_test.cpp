// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's end of a conversation whose other end may go at any moment.
#include "base/packet.hpp"
#include "engine/container/monitor_link.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

TEST(AMonitorLink, HearsTheLastWordOfAMonitorThatHadGoneBeforeItWasTold)
{
    async::EventLoop loop;
    FdPair ends = make_packet_pair();
    MonitorLink link{loop, std::move(ends.first)};
    send_packet(ends.second.number(),
                R"({"event":"failed","error":{"name":"NoSuchUser","message":"no user 'x'"}})");
    ends.second.reset();
    link.place("/sys/fs/cgroup/x");
    const std::optional<MonitorEvent> event = testing::run_task(loop, link.next());
    ASSERT_TRUE(event && event->failure);
    EXPECT_EQ(event->failure->code(), ErrorCode::no_such_user);
    EXPECT_FALSE(testing::run_task(loop, link.next()));
}

TEST(AMonitorLink, HearsTheLastWordOfAMonitorThatDidNotListen)
{
    async::EventLoop loop;
    FdPair ends = make_packet_pair();
    MonitorLink link{loop, std::move(ends.first)};
    link.place("/sys/fs/cgroup/x");
    send_packet(ends.second.number(), R"({"event":"exited","status":3,"signal":0})");
    ends.second.reset();
    link.send_signal(15);
    const std::optional<MonitorEvent> event = testing::run_task(loop, link.next());
    ASSERT_TRUE(event);
    EXPECT_EQ(event->exit.status, 3);
}

} // namespace
} // namespace slipway::engine
