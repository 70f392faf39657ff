// SPDX-License-Identifier: LGPL-2.1-or-later
// Output: by lines to the journal, as it comes to the client; slow readers, gone readers, nothing lost.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "harness.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::monitor::testing {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool stays_small = false;
#else
constexpr bool stays_small = true;
#endif

// A stream's bytes as its entries have them.
class Transcript {
  public:
    void add(const Fields& entry)
    {
        const auto stream = entry.find("SLIPWAY_STREAM");
        if (stream == entry.end())
            return;
        const bool is_partial = entry.count("CONTAINER_PARTIAL_MESSAGE") > 0;
        bytes[stream->second] += entry.at("MESSAGE") + (is_partial ? "" : "\n");
    }
    void add(const std::vector<Fields>& entries)
    {
        for (const Fields& entry : entries)
            add(entry);
    }

    std::map<std::string, std::string> bytes;
};

std::uint64_t peak_memory_kib(pid_t pid)
{
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stoull(line.substr(6));
    return 0;
}

using OutputTest = MonitorTest;

TEST_F(OutputTest, GoesToTheClientAsItIsAndToTheJournalByLines)
{
    const Client client = start(shell(R"(printf 'one\ntwo\0\377\nend'; printf 'bad\n' >&2)"));
    const std::string expected{"one\ntwo\0\xff\nend", 13};
    EXPECT_EQ(read_to_end(client.output), expected);
    EXPECT_EQ(read_to_end(client.error), "bad\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
    const std::vector<Fields> entries = journal.take_waiting();
    Transcript transcript;
    transcript.add(entries);
    EXPECT_EQ(transcript.bytes,
              (std::map<std::string, std::string>{{"stdout", expected}, {"stderr", "bad\n"}}));
    ASSERT_EQ(entries.size(), 5U); // three, one, and the container's death behind all
    EXPECT_EQ(entries.back().count("MESSAGE_ID"), 1U);
    for (const Fields& entry : entries)
        EXPECT_EQ(entry.at("CONTAINER_NAME"), "web");
}

TEST_F(OutputTest, ComesBeforeItsLineIsComplete)
{
    const Client client = start(shell("printf 'prompt> '; dd bs=64 count=1 2>/dev/null"));
    EXPECT_EQ(read_until(client.output, "> "), "prompt> ");
    write_all(client.input.number(), "yes\n", "input");
    EXPECT_EQ(read_to_end(client.output), "yes\n");
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_EQ(journal.next().at("MESSAGE"), "prompt> yes");
}

TEST_F(OutputTest, EndsForTheClientWhenThePayloadClosesIt)
{
    const Client client = start(shell("echo bye; exec >&- 2>&-; read x; exit 1"));
    EXPECT_EQ(read_to_end(client.output), "bye\n");
    EXPECT_EQ(read_to_end(client.error), "");
    EXPECT_FALSE(is_readable(client.session.number(), std::chrono::milliseconds{0})); // it runs on
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(client.session).at("status"), 1);
    EXPECT_EQ(wait_for_monitor(), 0);
}

// 10 MB of long lines towards a client and a journal that take it in small pieces.
TEST_F(OutputTest, LosesNothingToASlowReaderAndDoesNotPileUp)
{
    constexpr std::size_t total = 10'000'000;
    const Client client = start(shell("yes 'the quick brown fox jumps over the lazy dog' | tr '\\n' ' ' | "
                                      "fold -w 50000 | head -c 10000000"));
    const std::uint64_t memory_before = peak_memory_kib(monitor.pid);
    std::string received;
    std::vector<Fields> entries;
    // Half of it in small pieces first: by then all buffers have been full for long.
    while (received.size() < total / 2) {
        std::array<pollfd, 2> waiting{{{client.output.number(), POLLIN, 0}, {journal.number(), POLLIN, 0}}};
        ASSERT_GT(::poll(waiting.data(), waiting.size(), 20'000), 0);
        if (waiting[0].revents != 0) {
            std::array<char, 1000> piece{};
            const ssize_t count = check(::read(client.output.number(), piece.data(), piece.size()), "read");
            received.append(piece.data(), static_cast<std::size_t>(count));
        }
        if (waiting[1].revents != 0)
            entries.push_back(journal.next());
    }
    const std::uint64_t memory_after = peak_memory_kib(monitor.pid);
    received += read_to_end_with_journal(client.output, entries);
    take_entries_to_end(entries);
    EXPECT_EQ(received.size(), total);
    Transcript transcript;
    transcript.add(entries);
    EXPECT_TRUE(transcript.bytes["stdout"] == received);
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
    // Sanitizers keep what was freed.
    const std::uint64_t allowance = stays_small ? 2048 : UINT64_MAX;
    EXPECT_LT(memory_after - memory_before, allowance);
}

TEST_F(OutputTest, WaitsForAClientThatDoesNotReadAtAll)
{
    // More than all buffers on the way: 64 KiB of pipe twice, the monitor's 64 KiB and one read.
    const Client client = start(shell("head -c 1000000 /dev/zero; echo done >&2"));
    for (Fields entry = journal.next(); entry.count("CONTAINER_PARTIAL_ORDINAL") > 0; entry = journal.next())
        if (entry.at("CONTAINER_PARTIAL_ORDINAL") == "8")
            break;
    send(engine, {{"method", "state"}}); // the monitor itself does not wait
    EXPECT_EQ(next_packet(engine).at("pid"), payload);
    EXPECT_FALSE(is_readable(client.error.number(), std::chrono::milliseconds{0}));
    std::vector<Fields> entries;
    EXPECT_EQ(read_to_end_with_journal(client.output, entries).size(), 1'000'000U);
    EXPECT_EQ(read_until(client.error, "\n"), "done\n");
    take_entries_to_end(entries);
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(OutputTest, TakesTheRestToAClientThatReadsLate)
{
    const Client client = start(shell("head -c 150000 /dev/zero | tr '\\0' x"));
    // Dead, with its last output in a pipe and in the monitor.
    Fields entry = journal.next();
    while (entry.count("MESSAGE_ID") == 0)
        entry = journal.next();
    EXPECT_FALSE(is_readable(client.session.number(), std::chrono::milliseconds{0}));
    EXPECT_EQ(read_to_end(client.output), std::string(150'000, 'x'));
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(OutputTest, GoesOnWithoutAClientThatHasGone)
{
    Client client = start(shell("echo first; read x; yes | head -n 2000; echo last >&2; exit 8"));
    EXPECT_EQ(read_until(client.output, "\n"), "first\n");
    client.output.reset();
    client.error.reset();
    client.session.reset();
    write_all(client.input.number(), "\n", "input");
    std::vector<Fields> entries;
    take_entries_to_end(entries);
    Transcript transcript;
    transcript.add(entries);
    EXPECT_EQ(transcript.bytes["stdout"].size(), 6U + 2 * 2000U);
    EXPECT_EQ(transcript.bytes["stderr"], "last\n");
    EXPECT_EQ(next_packet(engine).at("status"), 8);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(OutputTest, IsCompleteInAJournalThatRestarts)
{
    const Client client = start(shell("echo one; read x; echo two; read x; echo three"));
    EXPECT_EQ(journal.next().at("MESSAGE"), "one");
    journal.stop();
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(read_until(client.output, "two\n"), "one\ntwo\n");
    journal.start();
    EXPECT_EQ(journal.next().at("MESSAGE"), "two");
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(journal.next().at("MESSAGE"), "three");
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(OutputTest, NeedsNoJournal)
{
    journal_path = directory / "no-journal-here";
    const Client client = start(shell("echo heard; exit 4"));
    EXPECT_EQ(read_to_end(client.output), "heard\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 4);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(OutputTest, IsNotWaitedForWhenSomebodyOutsideHoldsThePipe)
{
    const Client client = start(shell("read x; echo last"));
    const Fd held{::open(("/proc/" + std::to_string(payload) + "/fd/1").c_str(), O_WRONLY | O_CLOEXEC)};
    ASSERT_TRUE(held);
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(read_to_end(client.output), "last\n");
    EXPECT_EQ(next_packet(client.session).at("status"), 0);
    EXPECT_EQ(wait_for_monitor(), 0);
    EXPECT_EQ(journal.next().at("MESSAGE"), "last");
}

} // namespace
} // namespace slipway::monitor::testing
