// SPDX-License-Identifier: LGPL-2.1-or-later
// Services: their unit files, and which of a process's units could take a container in.
#include "placement/adopted.hpp"
#include "placement/service.hpp"

#include <gtest/gtest.h>

namespace slipway::placement {

namespace {

TEST(ServiceTest, IsWrittenAsSystemdReadsIt)
{
    ServiceRequest request;
    request.unit = "slipway-web.service";
    request.slice = "slipway.slice";
    request.description = "slipway container web";
    request.command = {"/usr/bin/slipway", "supervise", "100%", "$HOME \"x\" \\"};
    request.restart = "on-failure";
    request.restart_delay = Microseconds{100'000};
    request.stop_timeout = Microseconds{20'000'000};
    const std::string endless = unit_text(request);
    EXPECT_NE(
        endless.find("ExecStart=\"/usr/bin/slipway\" \"supervise\" \"100%%\" \"$$HOME \\\"x\\\" \\\\\"\n"),
        std::string::npos)
        << endless;
    EXPECT_NE(endless.find("\nStartLimitIntervalSec=0\n"), std::string::npos);
    EXPECT_EQ(endless.find("StartLimitBurst"), std::string::npos);
    EXPECT_NE(endless.find("\nRestartSec=100000us\n"), std::string::npos);
    request.burst = 4;
    request.interval = Microseconds{40'000'000};
    EXPECT_NE(unit_text(request).find("\nStartLimitIntervalSec=40000000us\nStartLimitBurst=4\n"),
              std::string::npos);
}

TEST(ServiceTest, IsTheOneThatAProcessIsInDirectly)
{
    EXPECT_EQ(service_of("0::/system.slice/web.service\n"), "web.service");
    EXPECT_EQ(service_of("0::/system.slice/system-slipway.slice/slipway@web.service\n"),
              "slipway@web.service");
    EXPECT_EQ(service_of("0::/user.slice/user-0.slice/session-1.scope\n"), "");
    EXPECT_EQ(service_of("0::/system.slice/web.service/payload\n"), "");
    EXPECT_EQ(service_of("0::/\n"), "");
    EXPECT_EQ(service_of(""), "");
    // Old hierarchies beside systemd's own.
    EXPECT_EQ(service_of("4:memory:/other.service\n1:name=systemd:/system.slice/web.service\n0::/\n"),
              "web.service");
    EXPECT_EQ(service_of("4:memory:/other.service\n"), "");
}

} // namespace

} // namespace slipway::placement
