// SPDX-License-Identifier: LGPL-2.1-or-later
// A unit's cgroup on hosts with unified, old and both hierarchies.
#include "placement/cgroup_path.hpp"

#include <gtest/gtest.h>

namespace slipway::placement {
namespace {

constexpr const char* unit = "slipway-web.scope";

TEST(ScopeDirectory, IsInTheUnifiedHierarchy)
{
    EXPECT_EQ(scope_directory("0::/slipway.slice/slipway-web.scope\n", unit, Layout::unified),
              "/sys/fs/cgroup/slipway.slice/slipway-web.scope");
}

TEST(ScopeDirectory, IsInTheNamedOneOfOldHierarchies)
{
    EXPECT_EQ(scope_directory("9:name=systemd:/slipway.slice/slipway-web.scope\n"
                              "4:memory:/slipway.slice/slipway-web.scope\n0::/\n",
                              unit, Layout::old),
              "/sys/fs/cgroup/systemd/slipway.slice/slipway-web.scope");
}

TEST(ScopeDirectory, IsInTheUnifiedOneBesideOldHierarchies)
{
    EXPECT_EQ(scope_directory("9:name=systemd:/slipway.slice/slipway-web.scope\n"
                              "0::/slipway.slice/slipway-web.scope\n",
                              unit, Layout::old),
              "/sys/fs/cgroup/unified/slipway.slice/slipway-web.scope");
}

TEST(ScopeDirectory, IsNotAnotherUnits)
{
    EXPECT_EQ(
        scope_directory("0::/slipway.slice/other-slipway-web.scope\n4:memory:/slipway-web.scope\n0::/\n",
                        unit, Layout::unified),
        "");
}

} // namespace
} // namespace slipway::placement
