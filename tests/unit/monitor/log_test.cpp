// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: the fields of lines and events.
#include "base/failure.hpp"
#include "base/message_id.hpp"
#include "fake_journal.hpp"
#include "monitor/log.hpp"

#include <gtest/gtest.h>

namespace slipway::monitor::testing {
namespace {

class LogTest : public ::testing::Test {
  protected:
    LogTest()
        : directory{make_directory()}, fake{directory / "socket"}, journal{loop, directory / "socket", [] {}}
    {
    }
    ~LogTest() override { std::filesystem::remove_all(directory); }

    static std::filesystem::path make_directory()
    {
        std::string name = "/tmp/slipway-log-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw errno_failure(errno, "make a temporary directory");
        return name;
    }

    std::filesystem::path directory;
    FakeJournal fake;
    Loop loop;
    Journal journal;
    Identity identity{.id = "0123456789ab" + std::string(52, 'f'),
                      .name = "web",
                      .image_name = "debian:bookworm",
                      .tag = "blue"};
};

TEST_F(LogTest, NamesTheContainerInEachLine)
{
    Log{journal, identity}.stream(LogStream::standard_output).write({.text = "hello"});
    EXPECT_EQ(fake.next(), (Fields{{"CONTAINER_NAME", "web"},
                                   {"CONTAINER_ID", "0123456789ab"},
                                   {"CONTAINER_ID_FULL", identity.id},
                                   {"CONTAINER_TAG", "blue"},
                                   {"IMAGE_NAME", "debian:bookworm"},
                                   {"SYSLOG_IDENTIFIER", "blue"},
                                   {"PRIORITY", "6"},
                                   {"SLIPWAY_STREAM", "stdout"},
                                   {"MESSAGE", "hello"}}));
}

TEST_F(LogTest, GivesErrorsTheirPriorityAndTheNameWhereThereIsNoTag)
{
    identity.tag.clear();
    Log{journal, identity}.stream(LogStream::standard_error).write({.text = "oops"});
    const Fields entry = fake.next();
    EXPECT_EQ(entry.at("PRIORITY"), "3");
    EXPECT_EQ(entry.at("SLIPWAY_STREAM"), "stderr");
    EXPECT_EQ(entry.at("SYSLOG_IDENTIFIER"), "web");
    EXPECT_EQ(entry.at("CONTAINER_TAG"), "");
}

TEST_F(LogTest, MarksPiecesAsDockerAndPodmanDo)
{
    StreamLog log = Log{journal, identity}.stream(LogStream::standard_output);
    log.write({.text = "begin", .terminated = false, .partial_id = "1f", .ordinal = 1, .last = false});
    Fields entry = fake.next();
    EXPECT_EQ(entry.at("CONTAINER_PARTIAL_MESSAGE"), "true");
    EXPECT_EQ(entry.at("CONTAINER_PARTIAL_ID"), "1f");
    EXPECT_EQ(entry.at("CONTAINER_PARTIAL_ORDINAL"), "1");
    EXPECT_EQ(entry.at("CONTAINER_PARTIAL_LAST"), "false");
    log.write({.text = "end", .terminated = true, .partial_id = "1f", .ordinal = 2, .last = true});
    entry = fake.next();
    EXPECT_EQ(entry.count("CONTAINER_PARTIAL_MESSAGE"), 0U);
    EXPECT_EQ(entry.at("CONTAINER_PARTIAL_ORDINAL"), "2");
    EXPECT_EQ(entry.at("CONTAINER_PARTIAL_LAST"), "true");
}

TEST_F(LogTest, TakesTheTerminalsCarriageReturnOffAConsoleLineOnly)
{
    const Log log{journal, identity};
    log.stream(LogStream::console).write({.text = "typed\r\r"});
    EXPECT_EQ(fake.next().at("MESSAGE"), "typed\r");
    log.stream(LogStream::console)
        .write({.text = "prompt\r", .terminated = false, .partial_id = "1", .ordinal = 1, .last = true});
    EXPECT_EQ(fake.next().at("MESSAGE"), "prompt\r");
    log.stream(LogStream::standard_output).write({.text = "piped\r"});
    EXPECT_EQ(fake.next().at("MESSAGE"), "piped\r");
}

TEST_F(LogTest, TellsHowAContainerDied)
{
    Log log{journal, identity};
    log.write_died({.status = 0, .signal = 0, .core_dumped = false, .at = {}}, from_usec(1234567));
    Fields entry = fake.next();
    EXPECT_EQ(entry.at("MESSAGE_ID"), message_id::container_died);
    EXPECT_EQ(entry.at("PRIORITY"), "6");
    EXPECT_EQ(entry.at("CONTAINER_EXIT_STATUS"), "0");
    EXPECT_EQ(entry.at("CONTAINER_EXIT_SIGNAL"), "0");
    EXPECT_EQ(entry.at("CONTAINER_STARTED_USEC"), "1234567");
    EXPECT_EQ(entry.at("CONTAINER_NAME"), "web");
    EXPECT_EQ(entry.at("MESSAGE"), "Container web exited with status 0.");
    EXPECT_EQ(entry.count("SLIPWAY_STREAM"), 0U);

    log.write_died({.status = 139, .signal = 11, .core_dumped = true, .at = {}}, {});
    entry = fake.next();
    EXPECT_EQ(entry.at("PRIORITY"), "5");
    EXPECT_EQ(entry.at("CONTAINER_EXIT_STATUS"), "139");
    EXPECT_EQ(entry.at("CONTAINER_EXIT_SIGNAL"), "11");
    EXPECT_EQ(entry.at("MESSAGE"), "Container web was killed by SIGSEGV and dumped core.");
}

TEST_F(LogTest, KeepsAValueWithANewlineWhole)
{
    identity.image_name = "odd\nPRIORITY=0";
    Log{journal, identity}.stream(LogStream::standard_output).write({.text = "x"});
    const Fields entry = fake.next();
    EXPECT_EQ(entry.at("IMAGE_NAME"), "odd\nPRIORITY=0");
    EXPECT_EQ(entry.at("PRIORITY"), "6");
}

} // namespace
} // namespace slipway::monitor::testing
