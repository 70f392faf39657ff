// SPDX-License-Identifier: LGPL-2.1-or-later
// NotifySocket: READY=1 becomes a file, and nothing else does.
#include "base/failure.hpp"
#include "base/unix_address.hpp"
#include "monitor/notify_socket.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>

namespace slipway::monitor {
namespace {

class Notification : public ::testing::Test {
  protected:
    Notification()
    {
        std::filesystem::create_directory(directory_ / "notify");
        socket_.emplace(loop_, directory_.path().native(),
                        NotifySocket::Events{.ready = [this] { ++calls_; },
                                             .told = [this](std::string_view text) { told_ += text; }});
    }

    void say(const std::string& text)
    {
        const Fd speaker{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket")};
        const UnixAddress address{(directory_ / "notify" / "socket").native()};
        check(::sendto(speaker.number(), text.data(), text.size(), 0, address.pointer(), UnixAddress::size()),
              "send");
        loop_.turn();
    }
    bool is_ready() const { return std::filesystem::exists(directory_ / "ready"); }

    slipway::testing::TemporaryDirectory directory_;
    Loop loop_;
    std::optional<NotifySocket> socket_;
    int calls_ = 0;
    std::string told_;
};

TEST_F(Notification, OfReadinessIsKept)
{
    say("STATUS=soon");
    EXPECT_FALSE(is_ready());
    say("READY=10\nXREADY=1");
    EXPECT_FALSE(is_ready());
    say("STATUS=now\nREADY=1\n");
    EXPECT_TRUE(is_ready());
    EXPECT_EQ(calls_, 1);
    EXPECT_EQ(told_, "STATUS=soonREADY=10\nXREADY=1STATUS=now\nREADY=1\n");
}

TEST_F(Notification, ComesFromAnybodyInTheContainer)
{
    struct stat status {};
    ASSERT_EQ(::stat((directory_ / "notify" / "socket").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0666U);
}

} // namespace
} // namespace slipway::monitor
