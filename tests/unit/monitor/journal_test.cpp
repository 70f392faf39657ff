// SPDX-License-Identifier: LGPL-2.1-or-later
// Journal: the bytes on the wire, large entries, a journal that is slow, restarts, ends or never was.
#include "base/failure.hpp"
#include "base/unix_address.hpp"
#include "fake_journal.hpp"
#include "monitor/journal.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/socket.h>
#include <unistd.h>

namespace slipway::monitor::testing {
namespace {

using namespace std::chrono_literals;

class JournalTest : public ::testing::Test {
  protected:
    JournalTest()
    {
        std::string name = "/tmp/slipway-journal-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw errno_failure(errno, "make a temporary directory");
        directory = name;
    }
    ~JournalTest() override { std::filesystem::remove_all(directory); }

    Journal& make_journal()
    {
        return journal.emplace(
            loop, directory / "socket", [this] { ++reliefs; }, directory / "log");
    }
    void turn_until_relieved()
    {
        while (journal->is_congested())
            loop.turn();
    }
    // More than the socket's queue takes, whatever net.unix.max_dgram_qlen is.
    int congest()
    {
        int sent = 0;
        for (; !journal->is_congested(); ++sent)
            journal->send({"MESSAGE=", std::to_string(sent), "\n"});
        return sent;
    }

    std::filesystem::path directory;
    Loop loop;
    std::optional<Journal> journal;
    int reliefs = 0;
};

TEST(JournalField, IsALineWhereTheValueHasNoNewline)
{
    std::string entry;
    append_field(entry, "MESSAGE", std::string{"a\0\xff=b", 5});
    append_field(entry, "EMPTY", "");
    EXPECT_EQ(entry, (std::string{"MESSAGE=a\0\xff=b\nEMPTY=\n", 21}));
}

TEST(JournalField, CarriesALengthWhereTheValueHasANewline)
{
    std::string entry;
    append_field(entry, "MESSAGE", "two\nlines");
    EXPECT_EQ(entry, (std::string{"MESSAGE\n\x09\0\0\0\0\0\0\0two\nlines\n", 26}));
}

TEST_F(JournalTest, SendsTheBytesOfOneEntryInOneDatagram)
{
    FakeJournal fake{directory / "socket"};
    make_journal().send({"PRIORITY=6\n", "", "MESSAGE=", std::string_view{"h\0i", 3}, "\n"});
    const auto entry = fake.next_raw();
    ASSERT_TRUE(entry);
    EXPECT_FALSE(entry->came_as_file);
    EXPECT_EQ(entry->bytes, (std::string{"PRIORITY=6\nMESSAGE=h\0i\n", 23}));
    EXPECT_FALSE(journal->is_congested());
}

TEST_F(JournalTest, SendsALargeEntryAsASealedFile)
{
    FakeJournal fake{directory / "socket"};
    const std::string large(4U << 20U, 'x');
    make_journal().send({"MESSAGE=", large, "\n"});
    const auto entry = fake.next_raw();
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->came_as_file);
    EXPECT_EQ(entry->bytes, "MESSAGE=" + large + "\n");
}

TEST_F(JournalTest, KeepsWhatASlowJournalDoesNotTakeYet)
{
    FakeJournal fake{directory / "socket"};
    make_journal();
    int sent = congest();
    for (int more = 0; more < 100; ++more)
        journal->send({"MESSAGE=", std::to_string(sent++), "\n"});
    int received = 0;
    while (received < sent) {
        for (const Fields& entry : fake.take_waiting())
            EXPECT_EQ(entry.at("MESSAGE"), std::to_string(received++));
        if (journal->is_congested())
            loop.turn(); // that made room
    }
    EXPECT_EQ(reliefs, 1);
}

TEST_F(JournalTest, LosesNothingToARestart)
{
    FakeJournal fake{directory / "socket"};
    make_journal().send({"MESSAGE=before\n"});
    EXPECT_EQ(fake.next().at("MESSAGE"), "before");
    fake.stop();
    journal->send({"MESSAGE=meanwhile\n"});
    journal->send({"MESSAGE=meanwhile too\n"});
    EXPECT_TRUE(journal->is_congested());
    fake.start();
    turn_until_relieved();
    EXPECT_EQ(fake.next().at("MESSAGE"), "meanwhile");
    EXPECT_EQ(fake.next().at("MESSAGE"), "meanwhile too");
    EXPECT_EQ(reliefs, 1);
}

TEST_F(JournalTest, FollowsToANewSocketAtOnce)
{
    FakeJournal fake{directory / "socket"};
    make_journal().send({"MESSAGE=before\n"});
    fake.stop();
    fake.start();
    journal->send({"MESSAGE=after\n"});
    EXPECT_FALSE(journal->is_congested());
    EXPECT_EQ(fake.next().at("MESSAGE"), "after");
}

TEST_F(JournalTest, HoldsNobodyUpOnAHostWithoutAJournal)
{
    make_journal().send({"MESSAGE=nobody hears\n"});
    EXPECT_FALSE(journal->is_congested());
    // It may come later.
    FakeJournal fake{directory / "socket"};
    journal->send({"MESSAGE=somebody does\n"});
    EXPECT_EQ(fake.next().at("MESSAGE"), "somebody does");
}

// What has come to a socket where syslogd's would be, or "" at once.
class FakeSyslog {
  public:
    explicit FakeSyslog(const std::filesystem::path& path)
        : socket_{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")}
    {
        const UnixAddress address{path.native()};
        check(::bind(socket_.number(), address.pointer(), UnixAddress::size()), "bind", path.native());
    }
    std::string next()
    {
        std::string text(65536, '\0');
        const ssize_t count = ::recv(socket_.number(), text.data(), text.size(), 0);
        text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return text;
    }

  private:
    Fd socket_;
};

TEST_F(JournalTest, TellsSyslogdWhereThereIsNoJournal)
{
    FakeSyslog syslog{directory / "log"};
    make_journal().send({"SYSLOG_IDENTIFIER=web\nPRIORITY=3\n", "MESSAGE=it hurts\n"});
    const std::string line = syslog.next();
    EXPECT_TRUE(line.starts_with("<27>")) << line;
    EXPECT_TRUE(line.ends_with(" web[" + std::to_string(::getpid()) + "]: it hurts")) << line;
    // Somebody else has it.
    journal->send({"MESSAGE=not here\n"}, Journal::Otherwise::nowhere);
    EXPECT_EQ(syslog.next(), "");
    FakeJournal fake{directory / "socket"};
    journal->send({"MESSAGE=there is one\n"});
    EXPECT_EQ(syslog.next(), "");
    EXPECT_EQ(fake.next().at("MESSAGE"), "there is one");
}

TEST_F(JournalTest, WaitsForNoSyslogd)
{
    FakeSyslog syslog{directory / "log"};
    make_journal();
    for (int i = 0; i < 5000; ++i)
        journal->send({"MESSAGE=", std::to_string(i), "\n"});
    EXPECT_FALSE(journal->is_congested());
    EXPECT_TRUE(syslog.next().ends_with(": 0"));
}

TEST(SyslogEntry, IsReadFromTheJournalsForm)
{
    std::string entry = "PRIORITY=5\nOTHER=x\n";
    append_field(entry, "MESSAGE", "two\nlines");
    append_field(entry, "SYSLOG_IDENTIFIER", "web");
    const SyslogEntry found = read_entry(entry);
    EXPECT_EQ(found.priority, 5);
    EXPECT_EQ(found.message, "two\nlines");
    EXPECT_EQ(found.identifier, "web");
    EXPECT_EQ(read_entry("MESSAGE\nshort").message, "");
    EXPECT_EQ(read_entry(std::string{"MESSAGE\n"} + std::string(8, '\xff') + "x\n").message, "");
}

TEST_F(JournalTest, GivesUpAJournalThatTakesNothingAtTheEnd)
{
    FakeJournal fake{directory / "socket"};
    make_journal();
    congest();
    journal->expect_end(20ms);
    turn_until_relieved();
    EXPECT_EQ(reliefs, 1);
    journal->send({"MESSAGE=too late\n"});
    EXPECT_FALSE(journal->is_congested());
}

TEST_F(JournalTest, GivesUpAJournalThatDoesNotComeBackAtTheEnd)
{
    FakeJournal fake{directory / "socket"};
    make_journal().send({"MESSAGE=before\n"});
    fake.stop();
    journal->send({"MESSAGE=lost\n"});
    journal->expect_end(200ms); // several tries long
    turn_until_relieved();
    EXPECT_EQ(reliefs, 1);
}

} // namespace
} // namespace slipway::monitor::testing
