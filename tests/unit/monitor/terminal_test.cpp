// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminals: what is typed, what is shown, how large it is.
#include "base/file.hpp"
#include "harness.hpp"

#include <array>
#include <unistd.h>

namespace slipway::monitor::testing {
namespace {

class TerminalTest : public MonitorTest {
  protected:
    // Its input is a pipe, as a client's is.
    Client start_terminal(const std::string& script, const Json& before_place = {})
    {
        launch_monitor();
        FdPair input = make_pipe();
        FdPair output = make_pipe();
        FdPair session = make_packet_pair();
        const Fd file = make_memory_file("request", json_text(shell(script, {{"terminal", true}})));
        send(engine,
             {{"method", "prepare"},
              {"id", std::string(64, 'a')},
              {"name", "web"},
              {"image_name", "debian:bookworm"},
              {"tag", ""},
              {"unit", "slipway-web.scope"},
              {"directory", container_directory.native()},
              {"exit_file", (directory / "exit").native()},
              {"terminal", true},
              {"streams", Json::array({"stdin", "stdout", "session"})}},
             {file.number(), input.first.number(), output.second.number(), session.second.number()});
        if (!before_place.is_null())
            send(session.first, before_place);
        place();
        EXPECT_EQ(next_packet(session.first).at("event"), "started");
        return {.input = std::move(input.second),
                .output = std::move(output.first),
                .error = {},
                .session = std::move(session.first)};
    }
};

TEST_F(TerminalTest, EchoesWhatIsTypedAndLogsWhatIsShown)
{
    const Client client =
        start_terminal("test -t 0 && test -t 1 && test -t 2 && echo hello; read x; echo got $x");
    EXPECT_EQ(read_until(client.output, "\n"), "hello\r\n");
    write_all(client.input.number(), "this\n", "input");
    EXPECT_EQ(read_to_end(client.output), "this\r\ngot this\r\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
    const std::vector<Fields> entries = journal.take_waiting();
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0].at("MESSAGE"), "hello");
    EXPECT_EQ(entries[0].at("SLIPWAY_STREAM"), "console");
    EXPECT_EQ(entries[0].at("PRIORITY"), "6");
    EXPECT_EQ(entries[1].at("MESSAGE"), "this");
    EXPECT_EQ(entries[2].at("MESSAGE"), "got this");
}

TEST_F(TerminalTest, HasTheClientsSizeFromTheBeginning)
{
    const Client client =
        start_terminal("read x; stty size", {{"method", "resize"}, {"rows", 33}, {"columns", 111}});
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(read_to_end(client.output), "\r\n33 111\r\n");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(TerminalTest, TellsThePayloadOfANewSize)
{
    const Client client = start_terminal("trap 'stty size; exit 3' WINCH; echo up; while :; do read x; done");
    EXPECT_EQ(read_until(client.output, "\n"), "up\r\n");
    send(client.session, {{"method", "resize"}, {"rows", 40}, {"columns", 132}});
    EXPECT_EQ(read_until(client.output, "\n"), "40 132\r\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 3);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(TerminalTest, TakesMoreThanItsBufferHolds)
{
    // 100 lines of 600 bytes, more than a terminal's 4 KiB.
    const Client client = start_terminal(
        "stty -echo; echo up; i=0; while [ $i -lt 100 ]; do read x; i=$((i+1)); done; echo $i ${#x}");
    EXPECT_EQ(read_until(client.output, "\n"), "up\r\n");
    for (int i = 0; i < 100; ++i)
        write_all(client.input.number(), std::string(600, 'y') + "\n", "input");
    EXPECT_EQ(read_to_end(client.output), "100 600\r\n");
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(TerminalTest, StaysOpenWhenTheClientsInputEnds)
{
    Client client = start_terminal("echo up; read x; echo $x");
    EXPECT_EQ(read_until(client.output, "\n"), "up\r\n");
    client.input.reset();
    send(engine, {{"method", "state"}});
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("event"), "state"); // runs on
    send(engine, {{"method", "signal"}, {"signal", 9}});
    EXPECT_EQ(next_packet(client.session).at("status"), 137);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(TerminalTest, SurvivesThatThePayloadClosesAndOpensIt)
{
    const Client client = start_terminal("t=$(tty); exec 3<&0 0<&- 1>&- 2>&- 3<&-; : >$t; echo again >$t");
    EXPECT_EQ(read_to_end(client.output), "again\r\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(TerminalTest, LosesNothingOfALongOutput)
{
    const Client client = start_terminal("seq 1 20000");
    std::string expected;
    for (int i = 1; i <= 20000; ++i)
        expected += std::to_string(i) + "\r\n";
    std::vector<Fields> entries;
    EXPECT_TRUE(read_to_end_with_journal(client.output, entries) == expected);
    take_entries_to_end(entries);
    ASSERT_EQ(entries.size(), 20001U);
    EXPECT_EQ(entries[19999].at("MESSAGE"), "20000");
    EXPECT_EQ(wait_for_monitor(), 0);
}

} // namespace
} // namespace slipway::monitor::testing
