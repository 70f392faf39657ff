// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts: that succeed, in both orders of "place" and "ready"; that fail at each step; that nobody wants any
// more.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "harness.hpp"

#include <csignal>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::monitor::testing {
namespace {

using StartTest = MonitorTest;

TEST_F(StartTest, TellsTheEngineThePidTheTimeAndTheSteps)
{
    const Client client = prepare(shell("read x; exit 0"));
    place();
    const Json started = next_packet(engine);
    EXPECT_EQ(started.at("event"), "started");
    EXPECT_GT(started.at("pid"), 1);
    EXPECT_GT(started.at("started_at"), 1'600'000'000'000'000U);
    EXPECT_EQ(started.at("timings").at("mounts"), 120);
    EXPECT_GT(started.at("timings").at("monitor.executed"), started.at("timings").at("monitor.ready"));
    EXPECT_EQ(next_packet(client.session), (Json{{"event", "started"}, {"pid", started.at("pid")}}));
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(StartTest, WaitsForItsPlaceWhenTheSandboxStandsFirst)
{
    const Client client = prepare(shell("exit 4", {{"announce", true}}));
    EXPECT_TRUE(is_readable(client.input.number())); // "ready" is out
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("status"), 4);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(StartTest, MakesTheCgroupsAndGivesThePayloadsToTheLauncher)
{
    const std::filesystem::path cgroup = directory / "scope";
    std::filesystem::create_directories(cgroup / "supervisor");
    const Client client = prepare(shell("echo $CGROUP"));
    place(cgroup);
    EXPECT_EQ(read_until(client.output, "\n"), (cgroup / "payload").native() + "\n");
    EXPECT_TRUE(std::filesystem::is_directory(cgroup / "payload"));
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(StartTest, SharesTheMarkThatSoftRebootsGoBy)
{
    constexpr const char* mark = "user.survive_final_kill_signal";
    const std::filesystem::path cgroup = directory / "scope";
    std::filesystem::create_directories(cgroup / "supervisor");
    const int marked = ::setxattr(cgroup.c_str(), mark, "1", 1, 0);
    if (marked < 0 && errno == ENOTSUP)
        GTEST_SKIP() << "no attributes of users here: a tmpfs has them since Linux 6.6";
    ASSERT_EQ(marked, 0);
    const Client client = prepare(shell("exit 0"));
    place(cgroup);
    EXPECT_EQ(wait_for_monitor(), 0);
    for (const char* part : {"payload", "supervisor"}) {
        char value = 0;
        EXPECT_EQ(::getxattr((cgroup / part).c_str(), mark, &value, 1), 1) << part;
        EXPECT_EQ(value, '1');
    }
}

TEST_F(StartTest, MovesItselfAsideOnceThePayloadHasRunAWhile)
{
    const std::filesystem::path cgroup = directory / "scope";
    std::filesystem::create_directories(cgroup / "supervisor");
    replace_file(cgroup / "supervisor" / "cgroup.procs", "", Durability::page_cache);
    const Fd watcher{::inotify_init1(IN_CLOEXEC)};
    ASSERT_GE(
        ::inotify_add_watch(watcher.number(), (cgroup / "supervisor" / "cgroup.procs").c_str(), IN_MODIFY),
        0);
    const Client client = prepare(shell("read x"));
    place(cgroup);
    ASSERT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(read_file(cgroup / "supervisor" / "cgroup.procs"), ""); // not on the way of the start
    ASSERT_TRUE(is_readable(watcher.number()));
    EXPECT_EQ(read_file(cgroup / "supervisor" / "cgroup.procs"), std::to_string(monitor.pid));
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(StartTest, NeedsNoClient)
{
    prepare_detached(shell("cat; echo done"));
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("status"), 0);
    EXPECT_EQ(journal.next().at("MESSAGE"), "done");
    EXPECT_EQ(wait_for_monitor(), 0);
}

struct FailingStart {
    const char* step;
    const char* error;
};

class FailedStartTest : public StartTest, public ::testing::WithParamInterface<FailingStart> {};

TEST_P(FailedStartTest, TellsEngineAndClientWhyAndLeavesNothing)
{
    const Client client = prepare(shell("true", {{"fail", GetParam().step}}));
    place();
    const Json failed = next_packet(engine);
    EXPECT_EQ(failed.at("event"), "failed");
    EXPECT_EQ(failed.at("error").at("name"), GetParam().error);
    EXPECT_EQ(next_packet(client.session), failed);
    EXPECT_TRUE(next_packet(client.session).is_null());
    EXPECT_TRUE(next_packet(engine).is_null());
    EXPECT_EQ(wait_for_monitor(), 1);
    EXPECT_FALSE(std::filesystem::exists(directory / "exit"));
    EXPECT_TRUE(journal.take_waiting().empty());
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, FailedStartTest,
                         ::testing::Values(FailingStart{"start", "NoSuchUser"},
                                           FailingStart{"silent", "StartFailed"},
                                           FailingStart{"birth", "StartFailed"},
                                           FailingStart{"payload", "CommandNotExecutable"}),
                         [](const auto& test) { return std::string{test.param.step}; });

TEST_F(StartTest, TellsOfACommandThatIsNotThere)
{
    const Client client = prepare({{"payload", {"/no/such/program"}}});
    place();
    EXPECT_EQ(next_packet(client.session).at("error"),
              (Json{{"name", "CommandNotFound"}, {"message", "/no/such/program"}}));
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(StartTest, FailsWithoutALauncher)
{
    std::filesystem::remove(directory / "programs" / "slipway-launch");
    const Client client = prepare(shell("true"));
    EXPECT_EQ(next_packet(client.session).at("event"), "failed");
    EXPECT_EQ(next_packet(engine).at("event"), "failed");
    engine.reset();
    EXPECT_EQ(wait_for_monitor(), 1);
}

// The launcher that the monitor has loaded.
pid_t waiting_launcher(pid_t monitor)
{
    const std::string number = std::to_string(monitor);
    std::string child;
    for (const auto end = std::chrono::steady_clock::now() + deadline; child.empty();) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error{"no launcher was loaded"};
        child = read_file("/proc/" + number + "/task/" + number + "/children");
    }
    return std::stoi(child);
}

TEST_F(StartTest, LoadsAnotherLauncherWhereTheOneThatWaitedHasEnded)
{
    launch_monitor();
    const Fd launcher = process_of(waiting_launcher(monitor.pid));
    check(static_cast<int>(::syscall(SYS_pidfd_send_signal, launcher.number(), SIGKILL, nullptr, 0)), "kill");
    EXPECT_TRUE(is_readable(launcher.number()));
    const Client client = prepare(shell("exit 4"));
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("status"), 4);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(StartTest, EndsWithAnEngineThatHadNoContainerForIt)
{
    launch_monitor();
    const Fd launcher = process_of(waiting_launcher(monitor.pid));
    engine.reset();
    EXPECT_EQ(wait_for_monitor(), 1);
    EXPECT_TRUE(is_readable(launcher.number()));
}

TEST_F(StartTest, OutlastsItsFailureUntilItIsPlaced)
{
    const Client client = prepare(shell("true", {{"fail", "start"}}));
    EXPECT_EQ(next_packet(engine).at("event"), "failed");
    EXPECT_FALSE(is_readable(monitor.pidfd.number(), std::chrono::milliseconds{50}));
    place();
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(StartTest, FailsInAPlaceThatIsNotThere)
{
    const Client client = prepare(shell("true"));
    place(directory / "nowhere");
    EXPECT_EQ(next_packet(engine).at("error").at("name"), "PlacementFailed");
    EXPECT_EQ(next_packet(client.session).at("error").at("name"), "PlacementFailed");
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(StartTest, IsAbortedWhenTheEngineEndsBeforeThePlaceIsKnown)
{
    const Client client = prepare(shell("true", {{"announce", true}}));
    EXPECT_TRUE(is_readable(client.input.number()));
    engine.reset();
    EXPECT_EQ(next_packet(client.session).at("error").at("name"), "Cancelled");
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(StartTest, GoesOnWhenTheEngineEndsAfterwards)
{
    const Client client = prepare(shell("echo ran"));
    place();
    EXPECT_EQ(next_packet(client.session).at("event"), "started");
    engine.reset();
    EXPECT_EQ(read_to_end(client.output), "ran\n");
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_EQ(exit_record().at("status"), 0);
}

TEST_F(StartTest, EndsWithAnEngineThatNeverAsked)
{
    launch_monitor();
    engine.reset();
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(StartTest, IsAbortedByAPacketThatIsNoRequest)
{
    const Client client = prepare(shell("true"));
    send(engine, {{"method", "fly"}});
    EXPECT_EQ(next_packet(client.session).at("event"), "failed");
    EXPECT_EQ(wait_for_monitor(), 1);
}

} // namespace
} // namespace slipway::monitor::testing
