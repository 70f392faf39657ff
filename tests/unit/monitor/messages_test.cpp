// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages: what is refused, and what is understood only in parts.
#include "monitor/messages.hpp"

#include <gtest/gtest.h>

namespace slipway::monitor {
namespace {

TEST(Messages, RefusesWhatIsNoMessage)
{
    for (const char* text : {"",
                             "{",
                             "[]",
                             "7",
                             "null",
                             "{}",
                             R"({"method":7})",
                             R"({"method":"fly"})",
                             R"({"method":"place"})",
                             R"({"method":"signal","signal":0})",
                             R"({"method":"signal","signal":65})",
                             R"({"method":"signal","signal":-9})",
                             R"({"method":"signal","signal":1.5})",
                             R"({"method":"signal","signal":true})",
                             R"({"method":"signal","signal":"9"})",
                             R"({"method":"stop","signal":15})",
                             R"({"method":"exec","exec":"1","terminal":1,"streams":[]})",
                             R"({"method":"exec","exec":"1","terminal":false,"streams":["stdlog"]})",
                             R"({"method":"exec","exec":"1","terminal":false,"streams":[7]})",
                             "\xff\xfe"})
    {
        const auto request = parse_engine_request(text);
        ASSERT_FALSE(request) << text;
        EXPECT_EQ(request.failure().code(), ErrorCode::invalid_argument) << text;
    }
    EXPECT_FALSE(parse_session_request(R"({"method":"resize","rows":65536,"columns":1})"));
    EXPECT_FALSE(parse_session_request(R"({"method":"place","cgroup":""})"));
    EXPECT_FALSE(parse_launcher_event(R"({"event":"pid","pid":0})"));
    EXPECT_FALSE(parse_launcher_event(R"({"event":"ready","timings":{"x":"y"}})"));
}

TEST(Messages, IgnoresAMemberThatItDoesNotKnow)
{
    const auto request = parse_engine_request(R"({"method":"signal","signal":15,"colour":"red"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(std::get<Signal>(request.value()).number, 15);
}

TEST(Messages, UnderstandsARelaysOrderAndItsAnswers)
{
    const auto order = parse_relay_order(R"({"program":"/bin/x","arguments":["x","-y"],"inside":true})");
    ASSERT_TRUE(order);
    EXPECT_TRUE(order.value().is_inside);
    EXPECT_EQ(order.value().arguments.size(), 2U);
    EXPECT_FALSE(parse_relay_order(R"({"program":"/bin/x"})"));
    EXPECT_EQ(find_relay_refusal(R"({"return":{"id":1}})"), std::nullopt);
    EXPECT_EQ(find_relay_refusal(R"({"error":{"desc":"no such port"}})"), "no such port");
    EXPECT_EQ(find_relay_refusal("what"), "it answered 'what'");
}

TEST(Messages, UnderstandsTheLauncher)
{
    const auto ready = parse_launcher_event(R"({"event":"ready","timings":{"mounts":12}})");
    EXPECT_EQ(std::get<Ready>(ready.value()).timings, (Timings{{"mounts", 12}}));
    const auto failed =
        parse_launcher_event(R"({"event":"failed","error":{"name":"CommandNotFound","message":"no ls"}})");
    EXPECT_EQ(std::get<LaunchFailed>(failed.value()).failure.code(), ErrorCode::command_not_found);
    const auto odd =
        parse_launcher_event(R"({"event":"failed","error":{"name":"NeverHeard","message":"?"}})");
    EXPECT_EQ(std::get<LaunchFailed>(odd.value()).failure.code(), ErrorCode::start_failed);
}

TEST(Messages, TellsAReasonThatIsNotText)
{
    const std::string text = failed_text(Failure{ErrorCode::command_not_found, "no \xff\xfe"});
    EXPECT_NE(text.find("CommandNotFound"), std::string::npos);
}

TEST(Messages, WantsADescriptorForEachStream)
{
    Packet packet{.text = "{}", .descriptors = {}};
    packet.descriptors.resize(2);
    EXPECT_NO_THROW(take_attachment(packet, {StreamRole::session}));
    EXPECT_THROW(take_attachment(packet, {}), Failure);
    EXPECT_THROW(take_attachment(packet, {StreamRole::standard_input, StreamRole::session}), Failure);
}

} // namespace
} // namespace slipway::monitor
