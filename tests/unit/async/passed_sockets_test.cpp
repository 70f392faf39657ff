// SPDX-License-Identifier: LGPL-2.1-or-later
// Passed sockets: taken once, in their order, with their names. Each in a process of its own, whose
// descriptors from 3 on are systemd's.
#include "async/passed_sockets.hpp"
#include "base/failure.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace slipway::async {
namespace {

// As systemd leaves it: sockets from 3 on, whose kinds tell them apart.
void pass(const char* count, const char* names)
{
    int number = 3;
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        const int socket = ::socket(AF_UNIX, type, 0);
        ::dup2(socket, number);
        if (socket != number)
            ::close(socket);
        ++number;
    }
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", count, 1);
    if (names != nullptr)
        ::setenv("LISTEN_FDNAMES", names, 1);
}

int type_of(const Fd& socket)
{
    int type = 0;
    socklen_t size = sizeof type;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_TYPE, &type, &size);
    return type;
}

void leave(bool is_good)
{
    ::_exit(is_good ? 0 : 1);
}

TEST(PassedSocketsDeathTest, AreTakenInTheirOrderWithTheirNames)
{
    const auto child = [] {
        pass("2", "http:time");
        const PassedSockets passed = take_passed_sockets();
        leave(passed.names == std::vector<std::string>{"http", "time"} && passed.sockets.size() == 2 &&
              type_of(passed.sockets[0]) == SOCK_STREAM && type_of(passed.sockets[1]) == SOCK_DGRAM &&
              (::fcntl(passed.sockets[0].number(), F_GETFD) & FD_CLOEXEC) != 0);
    };
    EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
}

TEST(PassedSocketsDeathTest, WithoutNamesHaveOne)
{
    const auto child = [] {
        pass("1", nullptr);
        leave(take_passed_sockets().names == std::vector<std::string>{"unknown"});
    };
    EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
}

TEST(PassedSocketsDeathTest, AreThereOnce)
{
    const auto child = [] {
        pass("2", "http:time");
        const PassedSockets passed = take_passed_sockets();
        leave(::getenv("LISTEN_FDS") == nullptr &&
              testing::failure_of(&take_passed_sockets).value().code() == ErrorCode::invalid_argument);
    };
    EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace slipway::async
