// SPDX-License-Identifier: LGPL-2.1-or-later
// Children that run our own code: what they share, what they throw, what is left of them.
#include "base/failure.hpp"
#include "kernel/child.hpp"
#include "kernel/user_namespace.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::kernel {
namespace {

TEST(RunInChild, MemoryAndDescriptorsAreShared)
{
    int number = -1;
    run_in_child([&number] { number = ::open("/dev/null", O_RDONLY | O_CLOEXEC); });
    const Fd opened{number};
    struct stat status {};
    EXPECT_EQ(::fstat(opened.number(), &status), 0);
}

TEST(RunInChild, WhatItThrowsIsThrownHere)
{
    try {
        run_in_child([] { throw Failure{ErrorCode::no_space, "none"}; });
        FAIL() << "nothing was thrown";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), ErrorCode::no_space);
        EXPECT_EQ(failure.message(), "none");
    }
}

TEST(RunInChild, ItsCredentialsAreItsOwn)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "wants root";
    uid_t seen = 0;
    run_in_child([&seen] {
        check(::setresuid(65534, 65534, 65534), "set the user");
        seen = ::getuid();
    });
    EXPECT_EQ(seen, 65534U);
    EXPECT_EQ(::getuid(), 0U);
}

TEST(RunInChild, NoZombieIsLeft)
{
    run_in_child([] {});
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(AHelper, EndsWithItsOwner)
{
    pid_t pid = -1;
    {
        const Helper helper{0, [] { ::pause(); }};
        pid = helper.pid();
        EXPECT_EQ(::kill(pid, 0), 0);
    }
    EXPECT_EQ(::kill(pid, 0), -1);
    EXPECT_EQ(errno, ESRCH);
}

TEST(AUserNamespace, HasItsMappings)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "wants root";
    const Fd space = make_user_namespace({{0, 0x70000000, 65536}}, {{0, 0x70010000, 10}});
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (::setns(space.number(), CLONE_NEWUSER) < 0 || ::setresgid(9, 9, 9) < 0 ||
            ::setresuid(65535, 65535, 65535) < 0)
            ::_exit(1);
        ::_exit(::setresgid(10, 10, 10) == 0 ? 2 : 0);
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

// Whatever of their makers' is left becomes this process' child.
bool do_all_children_end_within(std::chrono::seconds patience)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
        if (reaped < 0)
            return errno == ECHILD;
        if (reaped == 0 && std::chrono::steady_clock::now() > end)
            return false;
    }
}

TEST(AUserNamespace, LeavesNoProcessWhereItsMakerIsKilled)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "wants root";
    ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    const Fd space = make_user_namespace({{0, 0x70000000, 65536}}, {{0, 0x70010000, 10}});
    constexpr int rounds = 300;
    for (int round = 0; round < rounds; ++round) {
        const pid_t maker = ::fork();
        if (maker == 0)
            for (;;)
                round % 2 == 0 ? static_cast<void>(make_user_namespace({{0, 1000, 10}}, {{0, 1000, 10}}))
                               : static_cast<void>(ranges_of(space));
        const timespec moment{0, round * 7'000L};
        ::nanosleep(&moment, nullptr); // at another instant each time
        ::kill(maker, SIGKILL);
    }
    EXPECT_TRUE(do_all_children_end_within(std::chrono::seconds{20}));
    ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

TEST(AUserNamespace, RefusesAnImpossibleMapping)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "wants root";
    EXPECT_THROW(make_user_namespace({{0, 1000, 10}, {5, 2000, 10}}, {{0, 1000, 10}}), Failure);
}

} // namespace
} // namespace slipway::kernel
