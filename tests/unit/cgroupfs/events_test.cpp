// SPDX-License-Identifier: LGPL-2.1-or-later
// What cgroup.events says, in a plain directory: what comes to pass later is a matter of the system tests.
#include "base/file.hpp"
#include "cgroupfs/events.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

namespace slipway::cgroupfs {
namespace {

using namespace std::chrono_literals;

class CgroupEvents : public ::testing::Test {
  protected:
    void write(const std::string& events)
    {
        replace_file(directory_ / "cgroup.events", events, Durability::page_cache);
    }

    Awaited await(std::string_view line)
    {
        const Fd cgroup{::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        return await_event(cgroup, line, Clock::now() + 5ms);
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(CgroupEvents, AreReadLineByLine)
{
    write("populated 0\nfrozen 1\n");
    EXPECT_EQ(await("populated 0"), Awaited::came);
    EXPECT_EQ(await("frozen 1"), Awaited::came);
}

TEST_F(CgroupEvents, AreNotToldByAPartOfALine)
{
    write("populated 01\nunpopulated 0\n");
    EXPECT_EQ(await("populated 0"), Awaited::timed_out);
}

TEST_F(CgroupEvents, AreNotThereInAnOldHierarchy)
{
    EXPECT_EQ(await("populated 0"), Awaited::untold);
    EXPECT_EQ(await_event(Fd{}, "populated 0", Clock::now() + 5ms), Awaited::untold);
}

} // namespace
} // namespace slipway::cgroupfs
