// SPDX-License-Identifier: LGPL-2.1-or-later
// Mappings that somebody without privileges writes.
#include "base/failure.hpp"
#include "kernel/child.hpp"
#include "kernel/rights.hpp"
#include "kernel/user_namespace.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::kernel {
namespace {

constexpr uid_t nobodys = 4242;

// DEED in a process of a user without privileges or name; its exit status.
int as_user(const std::function<int()>& deed)
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (::setresgid(nobodys, nobodys, nobodys) < 0 || ::setresuid(nobodys, nobodys, nobodys) < 0)
            ::_exit(100);
        ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        ::_exit(deed());
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

class AUser : public ::testing::Test {
  protected:
    void SetUp() override
    {
        if (::geteuid() != 0)
            GTEST_SKIP() << "wants root";
        const int can_make = as_user([] {
            try {
                make_user_namespace({{0, nobodys, 1}}, {{0, nobodys, 1}});
                return 0;
            } catch (const Failure&) {
                return 1;
            }
        });
        if (can_make != 0)
            GTEST_SKIP() << "the host lets users make no user namespace";
    }
};

TEST_F(AUser, MapsItsOwnIdsByItself)
{
    EXPECT_EQ(
        as_user([] {
            const IdRanges ranges = ranges_of(make_user_namespace({{7, nobodys, 1}}, {{8, nobodys, 1}}));
            return ranges.uids.at(0).inside == 7 && ranges.gids.at(0).inside == 8 &&
                           ranges.uids.at(0).outside == nobodys
                       ? 0
                       : 1;
        }),
        0);
}

TEST_F(AUser, IsToldWhoseIdsItMayNotMap)
{
    EXPECT_EQ(as_user([] {
                  try {
                      make_user_namespace({{0, nobodys, 1}, {1, 500000, 10}}, {{0, nobodys, 1}});
                      return 1;
                  } catch (const Failure& failure) {
                      return failure.message().find("500000 to 500009") != std::string::npos ? 0 : 2;
                  }
              }),
              0);
}

TEST_F(AUser, HasNoRights)
{
    EXPECT_TRUE(is_machines_root());
    EXPECT_TRUE(may_map_ids());
    EXPECT_EQ(as_user([] { return is_machines_root() || may_mount() || may_map_ids() ? 1 : 0; }), 0);
}

} // namespace
} // namespace slipway::kernel
