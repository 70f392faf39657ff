// SPDX-License-Identifier: LGPL-2.1-or-later
// Restart policies: their words, and systemd's for them.
#include "base/failure.hpp"
#include "engine/container/restart_policy.hpp"
#include "engine/container/settings.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

TEST(RestartPolicyTest, IsWrittenAsItIsRead)
{
    for (const char* text :
         {"no", "on-failure", "on-failure:3", "always", "unless-stopped", "always,delay=250ms",
          "on-failure:3,delay=5s,window=1s500ms", "on-failure:2,window=60s"})
        EXPECT_EQ(text_of(parse_restart_policy(text)), text);
    EXPECT_FALSE(parse_restart_policy("").is_any());
    EXPECT_EQ(parse_restart_policy("on-failure:0"), parse_restart_policy("on-failure"));
}

TEST(RestartPolicyTest, RefusesWhatIsNone)
{
    for (const char* text :
         {"never", "always:2", "on-failure:", "on-failure:-1", "on-failure:3x", "on-failure:1001",
          "on-failure:99999999999", ":", "no:1", "no,delay=1s", "always,window=1s", "always,delay",
          "always,delay=x", "always,delay=1s,delay=2s", "always,", "on-failure:3,pause=1s"})
        EXPECT_THROW(parse_restart_policy(text), Failure) << text;
}

TEST(RestartPolicyTest, CountsFailuresInARow)
{
    ContainerSpec spec;
    spec.stop_timeout = Microseconds{1'000'000};
    spec.restart = parse_restart_policy("on-failure:2");
    const placement::ServiceRequest counted = service_request("web", spec, Whose::machines);
    EXPECT_EQ(counted.unit, "slipway-web.service");
    EXPECT_EQ(counted.restart, "on-failure");
    EXPECT_EQ(counted.burst, 3U);
    EXPECT_EQ(counted.interval, Microseconds{3 * 10'100'000});
    EXPECT_GT(counted.stop_timeout, spec.stop_timeout);
    EXPECT_EQ(counted.command.back(), "web");
    spec.restart = parse_restart_policy("on-failure:2,delay=1s,window=2s");
    EXPECT_EQ(service_request("web", spec, Whose::machines).restart_delay, Microseconds{1'000'000});
    EXPECT_EQ(service_request("web", spec, Whose::machines).interval, Microseconds{9'000'000});
    spec.restart = parse_restart_policy("unless-stopped");
    const placement::ServiceRequest endless = service_request("web", spec, Whose::users);
    EXPECT_EQ(endless.restart, "always");
    EXPECT_EQ(endless.burst, 0U);
    EXPECT_EQ(endless.command.at(1), "--user");
}

TEST(RestartPolicyTest, GoesWithNoRemovalAndNoSocketsOfItsOwn)
{
    ContainerSpec spec;
    EXPECT_NO_THROW(check_restart_policy(spec, true));
    spec.restart = parse_restart_policy("always");
    EXPECT_NO_THROW(check_restart_policy(spec, false));
    EXPECT_THROW(check_restart_policy(spec, true), Failure);
}

} // namespace
} // namespace slipway::engine
