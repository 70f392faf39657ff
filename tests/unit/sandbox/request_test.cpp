// SPDX-License-Identifier: LGPL-2.1-or-later
// The launcher's request (docs/protocols.md).
#include "base/failure.hpp"
#include "sandbox/request.hpp"

#include <gtest/gtest.h>

namespace slipway::sandbox {
namespace {

TEST(ARequest, ToCreateNamesItsOverlay)
{
    const LaunchRequest request = parse_request(
        R"({"mode": "create", "user": "web", "config": {"process": {"args": ["true"], "cwd": "/"}},
        "overlay": {"lower": ["/top", "/below"], "directory": "/c"}})");
    EXPECT_FALSE(request.is_exec);
    ASSERT_TRUE(request.overlay);
    EXPECT_EQ(request.overlay->lower, (std::vector<std::string>{"/top", "/below"}));
    EXPECT_EQ(request.overlay->directory, "/c");
    EXPECT_EQ(request.user, "web");
}

TEST(ARequest, ToExecuteNamesThePayload)
{
    const LaunchRequest request = parse_request(
        R"({"mode": "exec", "payload": 42, "config": {"process": {"args": ["true"], "cwd": "/"}}})");
    EXPECT_TRUE(request.is_exec);
    EXPECT_EQ(request.payload, 42);
}

TEST(ARequest, WithoutAProcessOrNoJsonIsRefused)
{
    EXPECT_THROW(parse_request("nonsense"), Failure);
    EXPECT_THROW(parse_request("{}"), Failure);
    EXPECT_THROW(parse_request(R"({"mode": "create", "config": {}})"), Failure);
    EXPECT_THROW(parse_request(R"({"mode": "create", "config": {"process": {"args": []}}})"), Failure);
}

} // namespace
} // namespace slipway::sandbox
