// SPDX-License-Identifier: LGPL-2.1-or-later
// pump: all bytes, in their order, and the end after them.
#include "base/failure.hpp"
#include "support/run_task.hpp"
#include "wire-proxy/pump.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <thread>

namespace slipway::wire_proxy {
namespace {

// A stream with one end for the pump, which does not block, and one for the test, which does.
struct Stream {
    Fd own;
    Fd pumps;

    Stream()
    {
        std::array<int, 2> ends{};
        check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "make sockets");
        own = Fd{ends[0]};
        pumps = Fd{ends[1]};
        check(::fcntl(pumps.number(), F_SETFL, O_NONBLOCK), "change a socket");
    }
};

std::string read_all(const Fd& from)
{
    std::string text;
    std::array<char, 65536> part{};
    for (;;) {
        const ssize_t size = ::read(from.number(), part.data(), part.size());
        if (size <= 0)
            return text;
        text.append(part.data(), static_cast<std::size_t>(size));
    }
}

TEST(Pump, CarriesAllAndThenTheEnd)
{
    Stream from;
    Stream to;
    std::string sent;
    for (int i = 0; i < 300'000; ++i)
        sent += std::to_string(i);
    std::thread writer{[&] {
        std::size_t done = 0;
        while (done < sent.size())
            done +=
                static_cast<std::size_t>(::write(from.own.number(), sent.data() + done, sent.size() - done));
        ::shutdown(from.own.number(), SHUT_WR);
    }};
    std::string received;
    std::thread reader{[&] { received = read_all(to.own); }};
    std::uint64_t count = 0;
    async::EventLoop loop;
    testing::run_task(loop, pump(loop, from.pumps, to.pumps, count));
    writer.join();
    reader.join();
    EXPECT_EQ(received, sent);
    EXPECT_EQ(count, sent.size());
}

TEST(Pump, ShutsBothDownWhereNobodyReads)
{
    std::signal(SIGPIPE, SIG_IGN); // as the program does; NOLINT: cannot fail for SIGPIPE
    Stream from;
    Stream to;
    to.own.reset();
    ASSERT_EQ(::write(from.own.number(), "x", 1), 1);
    std::uint64_t count = 0;
    async::EventLoop loop;
    testing::run_task(loop, pump(loop, from.pumps, to.pumps, count));
    EXPECT_EQ(count, 0U);
    EXPECT_EQ(read_all(from.own), "");
}

} // namespace
} // namespace slipway::wire_proxy
