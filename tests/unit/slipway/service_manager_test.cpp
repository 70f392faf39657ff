// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceManager: what of a payload's notifications a supervisor hears.
#include "slipway/service_manager.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

TEST(ServiceManagerTest, PassesOnWhatIsNotAboutProcesses)
{
    EXPECT_EQ(passed_on("READY=1\nMAINPID=7\nSTATUS=fine\nFDSTORE=1\nWATCHDOG=1"),
              "READY=1\nSTATUS=fine\nWATCHDOG=1\n");
    EXPECT_EQ(passed_on("EXTEND_TIMEOUT_USEC=5\n"), "EXTEND_TIMEOUT_USEC=5\n");
    EXPECT_EQ(passed_on("BARRIER=1"), "");
    EXPECT_EQ(passed_on(""), "");
    EXPECT_EQ(passed_on("\n\n"), "");
}

TEST(ServiceManagerTest, WantsNothingWhereNobodyWatches)
{
    const ServiceManager manager{"started", {}};
    EXPECT_EQ(manager.watchdog_usec(), 0U);
    EXPECT_FALSE(manager.has_own_watchdog());
}

} // namespace
} // namespace slipway::cli
