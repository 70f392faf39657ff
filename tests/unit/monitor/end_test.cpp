// SPDX-License-Identifier: LGPL-2.1-or-later
// Ends: by itself, by a signal, by "stop"; who hears of it, and what is killed with it.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/message_id.hpp"
#include "base/unix_address.hpp"
#include "harness.hpp"

#include <csignal>
#include <sys/socket.h>

namespace slipway::monitor::testing {
namespace {

using EndTest = MonitorTest;

TEST_F(EndTest, TheStatusReachesClientEngineRecordAndJournal)
{
    const Client client = start(shell("exit 7"));
    EXPECT_EQ(ending_in(next_packet(client.session)),
              (Json{{"event", "exited"}, {"status", 7}, {"signal", 0}, {"cause", "exited"}}));
    EXPECT_TRUE(next_packet(client.session).is_null());
    const Json exited = next_packet(engine);
    EXPECT_EQ(exited.at("event"), "exited");
    EXPECT_EQ(exited.at("status"), 7);
    EXPECT_EQ(exited.at("signal"), 0);
    EXPECT_EQ(exited.at("core_dumped"), false);
    EXPECT_EQ(exit_record(), exited);
    const Fields died = journal.next();
    EXPECT_EQ(died.at("MESSAGE_ID"), message_id::container_died);
    EXPECT_EQ(died.at("CONTAINER_EXIT_STATUS"), "7");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, ASignalCountsAs128More)
{
    const Client client = start(shell("kill -9 $$"));
    EXPECT_EQ(ending_in(next_packet(client.session)),
              (Json{{"event", "exited"}, {"status", 137}, {"signal", 9}, {"cause", "killed"}}));
    EXPECT_EQ(next_packet(engine).at("status"), 137);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, OrphansAreReapedAndTheLastOfThemKilled)
{
    // The inner shell is orphaned; it holds no pipe of ours.
    const Client client = start(shell("(sleep 1000 <&- >&- 2>&- & echo $!)"));
    const std::string orphan = read_until(client.output, "\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_FALSE(std::filesystem::exists("/proc/" + orphan.substr(0, orphan.size() - 1)));
}

TEST_F(EndTest, WhatIsLeftInTheCgroupIsKilled)
{
    const std::filesystem::path cgroup = directory / "scope";
    std::filesystem::create_directories(cgroup / "payload");
    replace_file(cgroup / "payload" / "cgroup.kill", "", Durability::page_cache);
    const Client client = prepare(shell("true"));
    place(cgroup);
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_EQ(read_file(cgroup / "payload" / "cgroup.kill"), "1");
}

TEST_F(EndTest, AnUnwritableRecordIsNotedAndHoldsNothingUp)
{
    const Client client = start(shell("exit 3"), {{"exit_file", "/nonexistent/exit"}});
    EXPECT_EQ(next_packet(client.session).at("status"), 3);
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_NE(journal.next().at("MESSAGE").find("exit record"), std::string::npos);
}

TEST_F(EndTest, AnEngineIsWokenWhereNoneIsConnected)
{
    const Fd bus{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{(directory / "bus").native()};
    check(::bind(bus.number(), address.pointer(), UnixAddress::size()), "bind");
    check(::listen(bus.number(), 1), "listen");
    {
        const Client client = start(shell("read x"));
        engine.reset();
    }
    EXPECT_TRUE(is_readable(bus.number()));
    EXPECT_EQ(exit_record().at("status"), 1); // "read" met the end of file
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, NoEngineIsWokenWhereOneIsConnected)
{
    const Fd bus{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{(directory / "bus").native()};
    check(::bind(bus.number(), address.pointer(), UnixAddress::size()), "bind");
    check(::listen(bus.number(), 1), "listen");
    const Client client = start(shell("true"));
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_FALSE(is_readable(bus.number(), std::chrono::milliseconds{0}));
}

TEST_F(EndTest, ASignalOfTheEngineOrTheClientIsThePayloads)
{
    const Client client = start(shell("trap 'echo usr1' USR1; trap 'echo term; exit 9' TERM; echo up; "
                                      "while :; do read x; done"));
    EXPECT_EQ(read_until(client.output, "\n"), "up\n");
    send(engine, {{"method", "signal"}, {"signal", SIGUSR1}});
    EXPECT_EQ(read_until(client.output, "\n"), "usr1\n");
    send(client.session, {{"method", "signal"}, {"signal", SIGTERM}});
    EXPECT_EQ(read_until(client.output, "\n"), "term\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 9);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, AStopEndsWithSigkillAfterItsTime)
{
    const Client client = start(shell("trap 'echo deaf' TERM; echo up; while :; do read x; done"));
    EXPECT_EQ(read_until(client.output, "\n"), "up\n");
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 100'000}});
    EXPECT_EQ(read_until(client.output, "\n"), "deaf\n"); // it had its chance
    EXPECT_EQ(ending_in(next_packet(client.session)),
              (Json{{"event", "exited"}, {"status", 137}, {"signal", 9}, {"cause", "killed"}}));
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, AStopThatIsHeardIsNotEscalated)
{
    const Client client = start(shell("trap 'exit 5' TERM; echo up; while :; do read x; done"));
    EXPECT_EQ(read_until(client.output, "\n"), "up\n");
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 3'600'000'000}});
    EXPECT_EQ(next_packet(client.session).at("status"), 5);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, ASecondStopShortensTheFirstAndNeverLengthensIt)
{
    const Client client = start(shell("trap 'echo deaf' TERM; echo up; while :; do read x; done"));
    EXPECT_EQ(read_until(client.output, "\n"), "up\n");
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", UINT64_MAX}});
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 3'600'000'000}});
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 20'000}});
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 3'600'000'000}});
    EXPECT_EQ(next_packet(client.session).at("signal"), 9);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, AStopDuringTheStartHoldsForThePayload)
{
    const Client client = prepare(shell("while :; do read x; done", {{"announce", true}}));
    EXPECT_TRUE(is_readable(client.input.number()));
    send(engine, {{"method", "stop"}, {"signal", SIGTERM}, {"timeout_usec", 3'600'000'000}});
    place();
    EXPECT_EQ(next_packet(client.session).at("event"), "started");
    EXPECT_EQ(next_packet(client.session).at("signal"), SIGTERM);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, NoSignalToTheMonitorEndsIt)
{
    const Client client = start(shell("read x; exit 6"));
    for (const int signal :
         {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGRTMIN, SIGRTMAX})
        ASSERT_EQ(::kill(monitor.pid, signal), 0);
    send(engine, {{"method", "state"}});
    EXPECT_EQ(next_packet(engine).at("pid"), payload);
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(client.session).at("status"), 6);
    EXPECT_EQ(wait_for_monitor(), 0);
}

// A scope in DIRECTORY whose memory.events (cgroup v2) says EVENTS, or says them from now on.
std::filesystem::path make_scope(const std::filesystem::path& directory, const std::string& events)
{
    std::filesystem::path scope = directory / "scope";
    std::filesystem::create_directories(scope / "payload");
    replace_file(scope / "memory.events", events, Durability::page_cache);
    return scope;
}

TEST_F(EndTest, TellsAnOutOfMemoryKillFromAnother)
{
    const std::filesystem::path cgroup = make_scope(directory, "low 0\noom 1\noom_kill 1\n");
    const Client client = prepare(shell("kill -9 $$"));
    place(cgroup);
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    const Json exited = next_packet(engine);
    EXPECT_EQ(exited.at("cause"), "oom-kill");
    EXPECT_EQ(exited.at("status"), 137);
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_EQ(exit_record().at("cause"), "oom-kill");
}

TEST_F(EndTest, TellsTwoThatWereKilledAtOnceForWantOfMemory)
{
    const std::filesystem::path cgroup = make_scope(directory, "oom_kill 0\n");
    const Client client = prepare(shell("read x"));
    place(cgroup);
    const pid_t first = next_packet(engine).at("pid");
    const Client more = execute(engine, "more", shell("read x"));
    const pid_t second = next_packet(engine).at("pid");
    // It sees both ends in one look.
    ::kill(monitor.pid, SIGSTOP);
    make_scope(directory, "oom_kill 2\n");
    for (const pid_t pid : {first, second}) {
        const Fd pidfd = process_of(pid);
        ::kill(pid, SIGKILL);
        EXPECT_TRUE(is_readable(pidfd.number()));
    }
    ::kill(monitor.pid, SIGCONT);
    for (int packets = 0; packets < 2; ++packets) {
        const Json told = next_packet(engine);
        EXPECT_EQ(told.at("cause"), "oom-kill") << told;
    }
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, AScopeThatHasGoneTellsOfNoKills)
{
    const std::filesystem::path cgroup = make_scope(directory, "oom_kill 1\n");
    const Client client = prepare(shell("read x; kill -9 $$"));
    place(cgroup);
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    const Client more = execute(engine, "more", shell("kill -9 $$"));
    EXPECT_EQ(next_packet(engine).at("event"), "exec_started");
    EXPECT_EQ(next_packet(engine).at("cause"), "oom-kill");
    std::filesystem::remove(cgroup / "memory.events");
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(engine).at("cause"), "killed");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(EndTest, TellsAnotherKillFromAnOutOfMemoryOne)
{
    const std::filesystem::path cgroup = make_scope(directory, "low 0\noom_kill 0\n");
    const Client client = prepare(shell("kill -9 $$"));
    place(cgroup);
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("cause"), "killed");
    EXPECT_EQ(wait_for_monitor(), 0);
}

} // namespace
} // namespace slipway::monitor::testing
