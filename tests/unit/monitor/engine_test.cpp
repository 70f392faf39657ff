// SPDX-License-Identifier: LGPL-2.1-or-later
// Engines: that go, that come later, that speak nonsense.
#include "base/file.hpp"
#include "harness.hpp"

#include <csignal>
#include <sys/stat.h>

namespace slipway::monitor::testing {
namespace {

using EngineTest = MonitorTest;

TEST_F(EngineTest, ALaterEngineFindsTheContainerAndHearsOfItsEnd)
{
    const Client client = start(shell("read x; exit 2"));
    engine.reset();
    const Fd later = connect_engine();
    send(later, {{"method", "state"}});
    const Json state = next_packet(later);
    EXPECT_EQ(state.at("event"), "state");
    EXPECT_EQ(state.at("pid"), payload);
    EXPECT_GT(state.at("started_at").get<std::uint64_t>(), 1'600'000'000'000'000U);
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(later).at("status"), 2);
    EXPECT_TRUE(next_packet(later).is_null());
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EngineTest, ALaterEngineCanSignalAndStop)
{
    const Client client = start(shell("trap 'echo usr1' USR1; echo up; while :; do read x; done"));
    EXPECT_EQ(read_until(client.output, "\n"), "up\n");
    engine.reset();
    const Fd later = connect_engine();
    send(later, {{"method", "signal"}, {"signal", SIGUSR1}});
    EXPECT_EQ(read_until(client.output, "\n"), "usr1\n");
    send(later, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 0}});
    EXPECT_EQ(next_packet(later).at("event"), "exited");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EngineTest, AllEnginesHearOfTheEnd)
{
    const Client client = start(shell("read x"));
    const Fd second = connect_engine();
    const Fd third = connect_engine();
    write_all(client.input.number(), "\n", "input");
    for (const Fd* each : std::initializer_list<const Fd*>{&engine, &second, &third})
        EXPECT_EQ(next_packet(*each).at("event"), "exited");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EngineTest, NonsenseEndsThatConversationAndNothingElse)
{
    const Client client = start(shell("read x; exit 3"));
    for (const Json& nonsense :
         {Json{{"method", "fly"}}, Json{{"method", "prepare"}}, Json{{"method", "place"}},
          Json{{"method", "place"}, {"cgroup", "/tmp"}}, Json(7)})
    {
        const Fd other = connect_engine();
        send(other, nonsense);
        EXPECT_TRUE(next_packet(other).is_null()) << json_text(nonsense);
    }
    send(engine, {{"method", "state"}});
    EXPECT_EQ(next_packet(engine).at("pid"), payload);
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(client.session).at("status"), 3);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EngineTest, TheSocketIsRootsAlone)
{
    const Client client = start(shell("read x"));
    const Fd later = connect_engine();
    struct stat status = {};
    ASSERT_EQ(::stat((container_directory / "monitor.sock").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EngineTest, ADirectoryLongerThanASocketsPathWillDo)
{
    container_directory = directory / std::string(120, 'd');
    std::filesystem::create_directories(container_directory);
    const Client client = start(shell("read x"));
    const Fd later = connect_engine();
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(later).at("event"), "exited");
    EXPECT_EQ(wait_for_monitor(), 0);
}

} // namespace
} // namespace slipway::monitor::testing
