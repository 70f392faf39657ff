// SPDX-License-Identifier: LGPL-2.1-or-later
// Supervisors: what they hear, what they ask for, and what becomes of a payload without one.
#include "base/file.hpp"
#include "harness.hpp"

#include <csignal>

namespace slipway::monitor::testing {
namespace {

class SupervisorTest : public MonitorTest {
  protected:
    // Its session is the supervisor's.
    Client begin(const std::string& script, const Json& more = Json::object())
    {
        Json message{{"streams", {"stdin", "stdout", "stderr", "supervisor"}},
                     {"without_supervisor", {{"signal", SIGUSR2}, {"timeout_usec", 20'000'000}}}};
        message.update(more);
        Client client = prepare(shell(script), message);
        place();
        EXPECT_EQ(next_packet(engine).at("event"), "started");
        return client;
    }
};

constexpr const char* waits =
    "trap 'exit 5' USR2; trap 'echo hung up' HUP; echo on; while :; do read x; done";

TEST_F(SupervisorTest, HearsTheEndAsTheEngineDoes)
{
    const Client client = begin("exit 7");
    EXPECT_EQ(next_packet(engine).at("status"), 7);
    EXPECT_EQ(next_packet(client.session).at("status"), 7);
    EXPECT_TRUE(next_packet(client.session).is_null());
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(SupervisorTest, PassesSignalsAndAsksForTheContainersOwnStop)
{
    const Client client = begin(waits);
    EXPECT_EQ(read_until(client.output, "\n"), "on\n");
    send(client.session, {{"method", "signal"}, {"signal", SIGHUP}});
    EXPECT_EQ(read_until(client.output, "\n"), "hung up\n");
    send(client.session, {{"method", "stop"}});
    EXPECT_EQ(next_packet(client.session).at("status"), 5);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(SupervisorTest, IsOutlivedByNoPayload)
{
    Client client = begin(waits);
    EXPECT_EQ(read_until(client.output, "\n"), "on\n");
    client.session.reset();
    EXPECT_EQ(next_packet(engine).at("status"), 5);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(SupervisorTest, KillsThePayloadThatDoesNotListen)
{
    Client client = begin("trap '' USR2; echo on; while :; do read x; done",
                          {{"without_supervisor", {{"signal", SIGUSR2}, {"timeout_usec", 50'000}}}});
    EXPECT_EQ(read_until(client.output, "\n"), "on\n");
    client.session.reset();
    EXPECT_EQ(next_packet(engine).at("signal"), SIGKILL);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(SupervisorTest, AddsNothingToAStopOfTheEngines)
{
    const Client client = begin(
        "trap 'exit 5' USR2; trap 'echo ending; sleep 0.1; exit 6' TERM; echo on; while :; do read x; done");
    EXPECT_EQ(read_until(client.output, "\n"), "on\n");
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 20'000'000}});
    EXPECT_EQ(read_until(client.output, "\n"), "ending\n");
    send(client.session, {{"method", "stop"}});
    EXPECT_EQ(next_packet(client.session).at("status"), 6);
    EXPECT_EQ(wait_for_monitor(), 0);
}

} // namespace
} // namespace slipway::monitor::testing
