// SPDX-License-Identifier: LGPL-2.1-or-later
// The launcher's request (docs/protocols.md).
#include "base/failure.hpp"
#include "sandbox/request.hpp"

#include <gtest/gtest.h>

namespace slipway::sandbox {
namespace {

LaunchRequest full()
{
    LaunchRequest request;
    request.config.process.emplace().args = {"sh"};
    request.overlay = OverlayRequest{{"/top", "/below"}, "/own", "/fuse"};
    request.user = "web:www";
    request.payload = 7;
    request.seccomp = "default";
    request.filters = "/f";
    request.has_own_keyring = true;
    request.state = R"({"id": "a"})";
    request.awaits_hooks = true;
    request.has_gate = true;
    request.follows_monitor = true;
    request.has_pivot = false;
    request.preserved = {3, 5};
    request.joined = {"/c"};
    return request;
}

TEST(ARequest, MayBeForAView)
{
    LaunchRequest request = full();
    EXPECT_FALSE(parse_request(to_json(request)).is_view);
    request.is_view = true;
    EXPECT_TRUE(parse_request(to_json(request)).is_view);
    EXPECT_FALSE(parse_request(to_json(request)).is_alone);
    request.is_alone = true;
    EXPECT_TRUE(parse_request(to_json(request)).is_alone);
}

TEST(ARequest, IsReadAsItWasWritten)
{
    const LaunchRequest request = parse_request(to_json(full()));
    EXPECT_FALSE(request.is_exec);
    EXPECT_EQ(request.config.process.value().args, std::vector<std::string>{"sh"});
    EXPECT_EQ(request.overlay.value().lower, (std::vector<std::string>{"/top", "/below"}));
    EXPECT_EQ(request.overlay.value().directory, "/own");
    EXPECT_EQ(request.overlay.value().fuse, "/fuse");
    EXPECT_EQ(request.user, "web:www");
    EXPECT_EQ(request.payload, 7);
    EXPECT_EQ(request.seccomp, "default");
    EXPECT_EQ(request.filters, "/f");
    EXPECT_TRUE(request.has_own_keyring);
    EXPECT_EQ(request.state, R"({"id": "a"})");
    EXPECT_TRUE(request.awaits_hooks);
    EXPECT_TRUE(request.has_gate);
    EXPECT_TRUE(request.follows_monitor);
    EXPECT_FALSE(request.has_pivot);
    EXPECT_EQ(request.preserved, (std::vector<int>{3, 5}));
    EXPECT_EQ(request.joined, std::vector<std::string>{"/c"});
}

TEST(ARequest, KnowsWhereItsMountsComeFrom)
{
    LaunchRequest request;
    request.config.process.emplace().args = {"sh"};
    request.sources["/srv"] = {"a/b", true, true, false, {{"ro", ""}, {"data", "ordered"}}};
    request.sources["/x"].must_propagate = true;
    const LaunchRequest read = parse_request(to_json(request));
    ASSERT_EQ(read.sources.size(), 2U);
    const MountSource& source = read.sources.at("/srv");
    EXPECT_EQ(source.below, "a/b");
    EXPECT_TRUE(source.is_file_system && source.is_loop && !source.must_propagate);
    EXPECT_EQ(source.parameters, request.sources["/srv"].parameters);
    EXPECT_TRUE(read.sources.at("/x").must_propagate);
    EXPECT_FALSE(read.sources.at("/x").is_file_system);
}

TEST(ARequest, AsksForNoMoreThanItSays)
{
    LaunchRequest request;
    request.is_exec = true;
    request.config.process.emplace().args = {"sh"};
    const LaunchRequest read = parse_request(to_json(request));
    EXPECT_TRUE(read.is_exec);
    EXPECT_FALSE(read.overlay);
    EXPECT_FALSE(read.awaits_hooks || read.has_gate || read.follows_monitor);
    EXPECT_TRUE(read.has_pivot);
}

TEST(ARequest, OfAnotherShapeIsRefused)
{
    EXPECT_THROW(parse_request("nonsense"), Failure);
    EXPECT_THROW(parse_request("{}"), Failure);
    EXPECT_THROW(parse_request(R"({"mode": "create", "config": {}})"), Failure);
    EXPECT_THROW(parse_request(R"({"mode": "create", "config": "{}"})"), Failure);
    EXPECT_THROW(parse_request(R"({"mode": "create", "config": "{\"process\": {\"args\": []}}"})"), Failure);
}

} // namespace
} // namespace slipway::sandbox
