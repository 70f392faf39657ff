// SPDX-License-Identifier: LGPL-2.1-or-later
// Capabilities by name.
#include "sandbox/credentials.hpp"

#include <gtest/gtest.h>

namespace slipway::sandbox {
namespace {

TEST(Capabilities, AreBitsOfTheirNumbers)
{
    oci::Process process;
    process.capabilities.emplace();
    process.capabilities->bounding = {"CAP_CHOWN", "CAP_KILL"};
    process.capabilities->ambient = {"CAP_SYS_ADMIN"};
    const CapabilityBits bits = capability_bits(process);
    EXPECT_EQ(bits.bounding, 1U | 1U << 5U);
    EXPECT_EQ(bits.ambient, 1U << 21U);
    EXPECT_EQ(bits.effective | bits.permitted | bits.inheritable, 0U);
}

TEST(Capabilities, ThatNobodyKnowsCountForNothing)
{
    oci::Process process;
    process.capabilities.emplace().effective = {"CAP_UNKNOWN", "UNKNOWN", "", "CAP_CHOWN"};
    EXPECT_EQ(capability_bits(process).effective, 1U);
    EXPECT_EQ(capability_bits({}).effective, 0U);
}

} // namespace
} // namespace slipway::sandbox
