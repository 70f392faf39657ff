// SPDX-License-Identifier: LGPL-2.1-or-later
// A group's path, which never leads out of the hierarchies.
#include "base/failure.hpp"
#include "cgroupfs/group.hpp"

#include <gtest/gtest.h>

namespace slipway::cgroupfs {
namespace {

TEST(AGroup, IsBelowTheRoot)
{
    EXPECT_EQ(Group{"a/b"}.path(), "/a/b");
    EXPECT_EQ(Group{"/a/../../../b"}.path(), "/b");
    EXPECT_EQ(Group{"//a"}.path(), "/a");
}

TEST(AGroup, IsNotTheRoot)
{
    for (const char* path : {"", "/", "..", "/a/.."})
        EXPECT_THROW(Group{path}, Failure) << path;
}

} // namespace
} // namespace slipway::cgroupfs
