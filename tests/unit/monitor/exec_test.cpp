// SPDX-License-Identifier: LGPL-2.1-or-later
// Additional processes: their streams, statuses and ends, beside the payload's.
#include "base/file.hpp"
#include "harness.hpp"

#include <csignal>

namespace slipway::monitor::testing {
namespace {

class ExecTest : public MonitorTest {
  protected:
    void SetUp() override { payload_client = start(shell("echo up; read x; exit 1")); }

    void end_payload()
    {
        write_all(payload_client.input.number(), "\n", "input");
        EXPECT_EQ(next_packet(payload_client.session).at("status"), 1);
        EXPECT_EQ(wait_for_monitor(), 0);
    }

    Client payload_client;
};

TEST_F(ExecTest, HasTheClientsOwnDescriptorsAndIsNotLogged)
{
    Client client = execute(engine, "e1", shell("cat; echo oops >&2; exit 5"));
    const Json started = next_packet(engine);
    EXPECT_EQ(started.at("event"), "exec_started");
    EXPECT_EQ(started.at("exec"), "e1");
    EXPECT_EQ(next_packet(client.session), (Json{{"event", "started"}, {"pid", started.at("pid")}}));
    write_all(client.input.number(), "through", "input");
    client.input.reset();
    EXPECT_EQ(read_to_end(client.output), "through");
    EXPECT_EQ(read_to_end(client.error), "oops\n");
    EXPECT_EQ(ending_in(next_packet(client.session)),
              (Json{{"event", "exited"}, {"status", 5}, {"signal", 0}, {"cause", "exited"}}));
    EXPECT_TRUE(next_packet(client.session).is_null());
    EXPECT_EQ(
        ending_in(next_packet(engine)),
        (Json{{"event", "exec_exited"}, {"exec", "e1"}, {"status", 5}, {"signal", 0}, {"cause", "exited"}}));
    end_payload();
    const std::vector<Fields> entries = journal.take_waiting();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].at("MESSAGE"), "up");
    EXPECT_EQ(entries[1].count("MESSAGE_ID"), 1U);
}

TEST_F(ExecTest, RunsSeveralAtOnceForSeveralEngines)
{
    const Fd other = connect_engine();
    const Client first = execute(engine, "e1", shell("read x; exit 11"));
    const Client second = execute(other, "e2", shell("read x; exit 22"));
    EXPECT_EQ(next_packet(engine).at("exec"), "e1");
    EXPECT_EQ(next_packet(other).at("exec"), "e2");
    write_all(second.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(other).at("status"), 22);
    write_all(first.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(engine).at("status"), 11);
    EXPECT_EQ(next_packet(first.session).at("event"), "started");
    EXPECT_EQ(next_packet(first.session).at("status"), 11);
    end_payload();
}

TEST_F(ExecTest, RelaysATerminal)
{
    const Client client =
        execute(engine, "e1", shell("stty size; read x; echo got $x", {{"terminal", true}}), true);
    EXPECT_EQ(next_packet(engine).at("event"), "exec_started");
    EXPECT_EQ(read_until(client.output, "\n"), "0 0\r\n");
    write_all(client.input.number(), "it\n", "input");
    EXPECT_EQ(read_to_end(client.output), "it\r\ngot it\r\n");
    EXPECT_EQ(next_packet(engine).at("status"), 0);
    end_payload();
    EXPECT_EQ(journal.take_waiting().size(), 2U);
}

TEST_F(ExecTest, TakesSignalsFromItsClient)
{
    const Client client = execute(engine, "e1", shell("read x"));
    EXPECT_EQ(next_packet(client.session).at("event"), "started");
    send(client.session, {{"method", "signal"}, {"signal", SIGTERM}});
    EXPECT_EQ(ending_in(next_packet(client.session)),
              (Json{{"event", "exited"}, {"status", 143}, {"signal", SIGTERM}, {"cause", "killed"}}));
    end_payload();
}

TEST_F(ExecTest, FailsAlone)
{
    const Client client = execute(engine, "e1", {{"payload", {"/no/such/program"}}});
    const Json failed = next_packet(engine);
    EXPECT_EQ(failed.at("event"), "exec_failed");
    EXPECT_EQ(failed.at("exec"), "e1");
    EXPECT_EQ(failed.at("error").at("name"), "CommandNotFound");
    EXPECT_EQ(next_packet(client.session).at("error").at("name"), "CommandNotFound");
    const Client silent = execute(engine, "e2", shell("true", {{"fail", "silent"}}));
    EXPECT_EQ(next_packet(engine).at("error").at("name"), "StartFailed");
    std::filesystem::remove(directory / "programs" / "slipway-launch");
    const Client none = execute(engine, "e3", shell("true"));
    EXPECT_EQ(next_packet(engine).at("exec"), "e3");
    EXPECT_EQ(next_packet(none.session).at("event"), "failed");
    end_payload();
}

TEST_F(ExecTest, EndsWithThePayload)
{
    const Client running = execute(engine, "e1", shell("read x"));
    EXPECT_EQ(next_packet(running.session).at("event"), "started");
    write_all(payload_client.input.number(), "\n", "input");
    EXPECT_EQ(ending_in(next_packet(running.session)),
              (Json{{"event", "exited"}, {"status", 137}, {"signal", 9}, {"cause", "killed"}}));
    EXPECT_EQ(next_packet(payload_client.session).at("status"), 1);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(ExecTest, OutlivesTheEngineThatAskedForIt)
{
    const Client client = execute(engine, "e1", shell("read x; exit 33"));
    EXPECT_EQ(next_packet(client.session).at("event"), "started");
    engine.reset();
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(client.session).at("status"), 33);
    end_payload();
}

TEST_F(MonitorTest, ExecIsRefusedBeforeThePayloadRuns)
{
    const Client client = prepare(shell("true", {{"announce", true}}));
    EXPECT_TRUE(is_readable(client.input.number()));
    const Client additional = execute(engine, "e1", shell("true"));
    const Json failed = next_packet(engine);
    EXPECT_EQ(failed.at("event"), "exec_failed");
    EXPECT_EQ(failed.at("error").at("name"), "NotRunning");
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(wait_for_monitor(), 0);
}

} // namespace
} // namespace slipway::monitor::testing
