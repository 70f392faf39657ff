// SPDX-License-Identifier: LGPL-2.1-or-later
// Content: kept, passed on, counted and hashed.
#include "base/failure.hpp"
#include "hashing/sha256.hpp"
#include "registry-client/content.hpp"
#include "registry-client/parcel_reader.hpp"
#include "support/failure_of.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace slipway::registry_client {
namespace {

Fd memory(const std::string& content)
{
    Fd file{::memfd_create("test", MFD_CLOEXEC)};
    EXPECT_EQ(::write(file.number(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
    return file;
}

std::string text_of(const Fd& file)
{
    std::string text(1000, '\0');
    text.resize(static_cast<std::size_t>(::pread(file.number(), text.data(), text.size(), 0)));
    return text;
}

class AContent : public ::testing::Test {
  protected:
    // As the program does.
    AContent() { std::signal(SIGPIPE, SIG_IGN); }

    async::EventLoop loop_;
};

TEST_F(AContent, GoesOnFromWhatTheFileHas)
{
    const Fd file = memory("hello ");
    Content content{loop_, 11, file.duplicate(), {}};
    testing::run_task(loop_, content.take_up());
    EXPECT_EQ(content.received(), 6U);
    EXPECT_EQ(content.take("world"), Taken::all);
    EXPECT_TRUE(content.is_whole());
    EXPECT_EQ(content.digest(), hashing::digest_of("hello world"));
    EXPECT_EQ(text_of(file), "hello world");
}

TEST_F(AContent, SkipsWhatItHasAlready)
{
    const Fd file = memory("hello ");
    Content content{loop_, 11, file.duplicate(), {}};
    testing::run_task(loop_, content.take_up());
    content.skip(6);
    content.take("hel");
    content.take("lo w");
    content.take("orld");
    EXPECT_EQ(content.digest(), hashing::digest_of("hello world"));
}

TEST_F(AContent, ForgetsAFileThatIsLonger)
{
    const Fd file = memory("much too long");
    Content content{loop_, 5, file.duplicate(), {}};
    testing::run_task(loop_, content.take_up());
    EXPECT_EQ(content.received(), 0U);
    EXPECT_EQ(text_of(file), "");
}

TEST_F(AContent, RefusesMoreThanItShouldBe)
{
    Content content{loop_, 3, {}, {}};
    content.take("ab");
    EXPECT_FAILURE(content.take("cd"), ErrorCode::digest_mismatch, "more than the 3 bytes");
}

TEST_F(AContent, WaitsForItsReader)
{
    FdPair pipe = make_pipe();
    const std::string bytes(3U << 20U, 'x');
    Content content{loop_, bytes.size(), {}, std::move(pipe.second)};
    std::size_t given = 0;
    while (content.take(std::string_view{bytes}.substr(given, 100'000)) == Taken::all)
        given += 100'000;
    EXPECT_LT(given, bytes.size());
    EXPECT_FALSE(content.is_whole());
}

TEST_F(AContent, PassesOnAllThatItHas)
{
    FdPair pipe = make_pipe();
    const std::string bytes(1U << 20U, 'x');
    const Fd file = memory(bytes);
    Content content{loop_, bytes.size(), file.duplicate(), std::move(pipe.second)};
    std::size_t count = 0;
    std::thread reader{[&] {
        std::string buffer(4096, '\0');
        for (ssize_t got = 1; got > 0; count += static_cast<std::size_t>(got))
            got = ::read(pipe.first.number(), buffer.data(), buffer.size());
    }};
    testing::run_task(loop_, content.take_up());
    testing::run_task(loop_, content.pass_on());
    reader.join();
    EXPECT_EQ(count, bytes.size());
    EXPECT_FALSE(content.start_over());
}

TEST_F(AContent, HearsThatItsReaderHasGone)
{
    FdPair pipe = make_pipe();
    const Fd file = memory("x");
    Content content{loop_, 1, file.duplicate(), std::move(pipe.second)};
    pipe.first.reset();
    testing::run_task(loop_, content.take_up());
    EXPECT_FAILURE(testing::run_task(loop_, content.pass_on()), ErrorCode::cancelled, "has gone");
}

TEST_F(AContent, WantsAFileAndAPipe)
{
    FdPair pipe = make_pipe();
    EXPECT_FAILURE((Content{loop_, 1, std::move(pipe.second), {}}), ErrorCode::invalid_argument,
                   "regular file");
    EXPECT_FAILURE((Content{loop_, 1, {}, memory("")}), ErrorCode::invalid_argument, "a pipe or a socket");
}

TEST(AParcel, IsHashedOnceHoweverOftenItIsRead)
{
    async::EventLoop loop;
    Fd file = memory("..hello world");
    ::lseek(file.number(), 2, SEEK_SET);
    ParcelReader reader{loop, std::move(file)};
    EXPECT_EQ(reader.size(), 11U);
    std::string buffer(8, '\0');
    EXPECT_EQ(reader.read(buffer.data(), 8), 8U);
    reader.rewind(3);
    EXPECT_EQ(reader.read(buffer.data(), 8), 8U);
    EXPECT_EQ(buffer, "lo world");
    EXPECT_EQ(reader.read(buffer.data(), 8), 0U);
    EXPECT_EQ(reader.count(), 11U);
    EXPECT_EQ(reader.digest(), hashing::digest_of("hello world"));
}

} // namespace
} // namespace slipway::registry_client
