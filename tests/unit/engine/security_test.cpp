// SPDX-License-Identifier: LGPL-2.1-or-later
// Security wishes: what they come to, and which are refused.
#include "engine/container/security.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::Contains;
using ::testing::Not;

Security completed(SecurityWish wish)
{
    return complete(wish);
}

TEST(SecurityWishes, OfNobodyAreTheDefaults)
{
    const Security security = completed({});
    EXPECT_EQ(security.user_namespace, UserNamespace::own);
    EXPECT_EQ(security.capabilities, default_capabilities());
    EXPECT_FALSE(security.is_unconfined || security.seccomp);
    EXPECT_TRUE(security.devices.empty());
}

TEST(SecurityWishes, TakeCapabilitiesAwayBeforeTheyGiveSome)
{
    SecurityWish wish;
    wish.dropped_capabilities = {"all"};
    wish.added_capabilities = {"net_raw", "CAP_NET_RAW", "CAP_KILL"};
    EXPECT_EQ(completed(wish).capabilities, (std::vector<std::string>{"CAP_NET_RAW", "CAP_KILL"}));
    wish.dropped_capabilities = {"CHOWN"};
    EXPECT_THAT(completed(wish).capabilities, Not(Contains("CAP_CHOWN")));
    wish.added_capabilities = {"ALL"};
    EXPECT_EQ(completed(wish).capabilities.size(), 41U);
    wish.added_capabilities = {"FLY"};
    EXPECT_FAILURE(completed(wish), ErrorCode::invalid_argument, "no capability 'FLY'");
}

TEST(SecurityWishes, NameAUserNamespace)
{
    SecurityWish wish;
    wish.user_namespace = "host";
    EXPECT_EQ(completed(wish).user_namespace, UserNamespace::host);
    wish.user_namespace = "keep";
    EXPECT_EQ(completed(wish).user_namespace, UserNamespace::keep);
    wish.user_namespace = "private";
    EXPECT_FAILURE(completed(wish), ErrorCode::invalid_argument, "auto, keep or host");
}

TEST(SecurityWishes, NameDevices)
{
    SecurityWish wish;
    wish.devices = {"/dev/null:/dev/other:r", "/dev/zero:rw", "/dev/full"};
    const Security security = completed(wish);
    ASSERT_EQ(security.devices.size(), 3U);
    EXPECT_EQ(security.devices[0].path, "/dev/other");
    EXPECT_EQ(security.devices[0].minor, 3U);
    EXPECT_EQ(security.devices[1].path, "/dev/zero");
    EXPECT_EQ(security.device_rules,
              (std::vector<std::string>{"/dev/null r", "/dev/zero rw", "/dev/full rwm"}));
    for (const char* device : {"/no/such", "/etc/passwd", "dev/null", "/dev/null:x", "/dev/null:/y:z", ""}) {
        wish.devices = {device};
        EXPECT_FAILURE(completed(wish), ErrorCode::invalid_argument, "device");
    }
}

TEST(SecurityWishes, NameCdiDevices)
{
    SecurityWish wish;
    wish.devices = {"vendor.com/class=one", "/dev/full", "vendor.com/class=all"};
    const Security security = completed(wish);
    EXPECT_EQ(security.cdi_devices,
              (std::vector<std::string>{"vendor.com/class=one", "vendor.com/class=all"}));
    EXPECT_EQ(security.devices.size(), 1U);
    wish.devices = {"vendor.com=one"};
    EXPECT_FAILURE(completed(wish), ErrorCode::invalid_argument, "or a CDI device (vendor.com/class=name)");
}

TEST(SecurityWishes, TakeDockersProfiles)
{
    SecurityWish wish;
    wish.seccomp = "unconfined";
    EXPECT_TRUE(completed(wish).is_unconfined);
    wish.seccomp = R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
        {"names": ["read"], "action": "SCMP_ACT_ALLOW"},
        {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
        {"name": "chroot", "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_CHROOT"]}},
        {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "999.0"}}]})";
    const std::optional<oci::Seccomp> policy = completed(wish).seccomp;
    ASSERT_TRUE(policy);
    ASSERT_EQ(policy->syscalls.size(), 2U);
    EXPECT_EQ(policy->syscalls[1].names, std::vector<std::string>{"chroot"});
    wish.seccomp = R"({"syscalls": []})";
    EXPECT_FAILURE(completed(wish), ErrorCode::invalid_argument, "seccomp.defaultAction: is missing");
    wish.seccomp = "nonsense";
    EXPECT_FAILURE(completed(wish), ErrorCode::invalid_argument, "seccomp: is no JSON object");
}

} // namespace
} // namespace slipway::engine
