// SPDX-License-Identifier: LGPL-2.1-or-later
// Relays: the payload waits for them, and they end with whatever ends.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "harness.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::monitor::testing {
namespace {

class RelayTest : public MonitorTest {
  protected:
    // A shell in a relay's place, which writes its PID to the file "relay".
    void relay(const std::string& script, const std::vector<std::string>& requests = {})
    {
        const std::string file = (directory / "relay").native();
        const Json order{{"program", "/bin/sh"},
                         {"arguments", {"sh", "-c", "echo $$ >" + file + "; " + script}},
                         {"requests", requests}};
        const Fd text = make_memory_file("order", order.dump());
        const Fd network{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
        const Fd user{::open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC)};
        send(engine, {{"method", "relay"}}, {text.number(), network.number(), user.number()});
    }
    pid_t relay_pid() const { return std::stoi(read_file(directory / "relay")); }
    // One that has ended and is not reaped yet is not.
    static bool is_there(pid_t pid)
    {
        const Fd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
        return process && !is_readable(process.number(), std::chrono::milliseconds{0});
    }
};

TEST_F(RelayTest, ThePayloadStartsWhenItSaysItsPid)
{
    const Client client = prepare(shell("cat " + (directory / "up").native() + "; read x"));
    relay("echo up >" + (directory / "up").native() +
          "; sleep 0.1; echo words >&2; echo $$ >&2; exec sleep 1000");
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(read_until(client.output, "\n"), "up\n");
    const pid_t pid = relay_pid();
    EXPECT_TRUE(is_there(pid));
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(engine).at("event"), "exited");
    EXPECT_FALSE(is_there(pid)); // before anybody hears of it
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(RelayTest, OrWhenItWritesToItsPipe)
{
    const Client client = prepare(shell("exit 3"));
    relay("echo >&3; exec sleep 1000");
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("status"), 3);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(RelayTest, ThatFailsFailsTheStartWithItsWords)
{
    const Client client = prepare(shell("exit 0"));
    relay("echo no tap >&2; echo at all >&2; exit 4");
    place();
    const Json failed = next_packet(engine);
    EXPECT_EQ(failed.at("event"), "failed");
    EXPECT_EQ(failed.at("error").at("message"),
              "sh, which is the container's way out, ended with status 4 (no tap; at all)");
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(RelayTest, ThatIsNotThereFailsTheStart)
{
    const Client client = prepare(shell("exit 0"));
    const Json order{{"program", "/no/relay"}, {"arguments", {"relay"}}};
    const Fd text = make_memory_file("order", order.dump());
    send(engine, {{"method", "relay"}}, {text.number(), text.number(), text.number()});
    place();
    const std::string message = next_packet(engine).at("error").at("message");
    EXPECT_NE(message.find("(execute: No such file or directory)"), std::string::npos) << message;
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(RelayTest, IsAskedOneThingAfterTheOther)
{
    const std::string program =
        "import os, socket\ns = socket.socket(socket.AF_UNIX); s.bind('/proc/self/fd/4/relay.sock'); "
        "s.listen()\n"
        "os.write(3, b'1'); log = open('" +
        (directory / "asked").native() +
        "', 'w')\n"
        "for i in range(3):\n c, _ = s.accept(); log.write(c.recv(100).decode() + ' '); log.flush()\n"
        " c.sendall(b'{\"return\":{}}' if i < 2 else b'{\"error\":{\"desc\":\"enough\"}}'); c.close()\n"
        "import time; time.sleep(1000)";
    replace_file(directory / "relay.py", program, Durability::page_cache);
    const std::string script = "exec python3 " + (directory / "relay.py").native();
    const Client client = prepare(shell("exit 0"));
    relay(script, {"one", "two", "three"});
    place();
    const std::string message = next_packet(engine).at("error").at("message");
    EXPECT_NE(message.find("has refused three: enough"), std::string::npos) << message;
    EXPECT_EQ(read_file(directory / "asked"), "one two three ");
    EXPECT_FALSE(std::filesystem::exists(container_directory / "relay.sock"));
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST_F(RelayTest, ThatEndsEarlyIsToldToTheJournalAndThePayloadRunsOn)
{
    const Client client = prepare(shell("read x; exit 5"));
    relay("echo $$ >&2; exec sleep 1000");
    place();
    ASSERT_EQ(next_packet(engine).at("event"), "started");
    ::kill(relay_pid(), SIGKILL);
    const std::string message = journal.next().at("MESSAGE");
    EXPECT_NE(message.find("was killed by signal 9: the container has no network any more"),
              std::string::npos)
        << message;
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(engine).at("status"), 5);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(RelayTest, HearsNoSignalButSigkillAndEndsWithTheMonitor)
{
    const Client client = prepare(shell("read x"));
    relay("echo $$ >&2; exec sleep 1000");
    place();
    const Json started = next_packet(engine);
    ASSERT_EQ(started.at("event"), "started");
    payload = started.at("pid");
    const pid_t pid = relay_pid();
    const Fd end = process_of(pid);
    for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGRTMIN + 3})
        ::kill(pid, signal);
    EXPECT_FALSE(is_readable(end.number(), std::chrono::milliseconds{100}));
    ::kill(monitor.pid, SIGKILL);
    EXPECT_TRUE(is_readable(end.number()));
    // Ours now.
    ::kill(payload, SIGKILL);
    ::waitpid(monitor.pid, nullptr, 0);
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    is_reaped = true;
    std::filesystem::remove(container_directory / "monitor.sock"); // the next engine's to do
}

} // namespace
} // namespace slipway::monitor::testing
