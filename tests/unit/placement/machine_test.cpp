// SPDX-License-Identifier: LGPL-2.1-or-later
// Machines: which names machined takes.
#include "placement/machine.hpp"

#include <gtest/gtest.h>

namespace slipway::placement {

namespace {

TEST(MachineTest, HasTheNameOfAHost)
{
    for (const char* name : {"web", "Web-1", "a.b-c.d", "9"})
        EXPECT_TRUE(is_machine_name(name)) << name;
    for (const char* name : {"", "a_b", "-a", "a-", "a.", "a..b", "a.-b", "a-.b"})
        EXPECT_FALSE(is_machine_name(name)) << name;
    EXPECT_FALSE(is_machine_name(std::string(65, 'a')));
}

} // namespace

} // namespace slipway::placement
