// SPDX-License-Identifier: LGPL-2.1-or-later
// The words to and from slipway-registry: read as they were written.
#include "registry/messages.hpp"
#include "registry/target.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::registry {
namespace {

const Digest digest = Digest::of_hex(std::string(64, 'a'));

TEST(ARequest, IsReadAsItWasWritten)
{
    Request request;
    request.number = 7;
    for (const Method method : {Method::open, Method::manifest, Method::blob, Method::find_blob,
                                Method::push_blob, Method::put_manifest, Method::tags, Method::referrers,
                                Method::search, Method::ping, Method::cancel})
    {
        request.method = method;
        EXPECT_EQ(parse_request(to_json(request)), request);
    }
    request = {8, Method::push_blob, "1", "m", digest, 0, true, true, {"a/b", "c"}, "t", "word", 5};
    EXPECT_EQ(parse_request(to_json(request)), request);
}

TEST(ARequest, OfAnotherShapeIsRefused)
{
    for (const char* text : {"", "1", "{}", R"({"method": "dance"})", R"({"method": "blob", "digest": "x"})",
                             R"({"method": "tags", "request": -1})", R"({"method": "blob", "size": "1"})"})
        EXPECT_FAILURE(parse_request(text), ErrorCode::invalid_argument, "");
}

TEST(AnEvent, IsReadAsItWasWritten)
{
    Event event;
    event.number = 3;
    event.bytes = 5;
    event.digest = digest;
    event.host = "h.example";
    event.arrival = Arrival::mounted;
    const Event read = parse_event(to_json(event));
    EXPECT_EQ(read.number, 3U);
    EXPECT_EQ(read.bytes, 5U);
    EXPECT_EQ(read.digest, digest);
    EXPECT_EQ(read.host, "h.example");
    EXPECT_EQ(read.arrival, Arrival::mounted);
    EXPECT_EQ(read.kind, EventKind::done);
}

TEST(AnEvent, TellsAFailureWhateverItsBytes)
{
    Event event;
    event.kind = EventKind::failed;
    event.failure = Failure{ErrorCode::digest_mismatch, "half a \xC3"};
    const Event read = parse_event(to_json(event));
    ASSERT_TRUE(read.failure);
    EXPECT_EQ(read.failure->code(), ErrorCode::digest_mismatch);
    EXPECT_THAT(read.failure->message(), ::testing::StartsWith("half a "));
}

TEST(ATarget, IsReadAsItWasWritten)
{
    Target target;
    Place place;
    place.endpoint = {"h.example:5000", "team/app", true, true, oci::MirrorUse::tags_only, "h.example:5000"};
    place.credentials = {"ann", "secret", "", ""};
    place.certificates = {"A", "C", "K"};
    target.places = {place, place};
    target.places[1].endpoint.host = "[::1]:5000";
    target.proxies = {"a", "b", "c", "d"};
    target.patience.attempts = 9;
    EXPECT_EQ(parse_target(to_json(target)).value(), target);
}

TEST(ATarget, IsRefusedWhereItLeadsElsewhere)
{
    const auto refused = [](const std::string& place) {
        return !parse_target(R"({"places": [)" + place + "]}");
    };
    EXPECT_FALSE(refused(R"({"host": "h.example", "repository": "a"})"));
    for (const char* place :
         {R"({"host": "", "repository": "a"})", R"({"host": "h/x", "repository": "a"})",
          R"({"host": "u@h.example", "repository": "a"})", R"({"host": "h.example", "repository": "../a"})",
          R"({"host": "h.example", "repository": "a:1"})", R"({"host": "h.example", "repository": "a?x"})",
          R"({"host": "h.example", "credentials": {"password": "a\r\nX: y"}})",
          R"({"host": "h.example", "use": "no"})"})
        EXPECT_TRUE(refused(place)) << place;
    EXPECT_FALSE(parse_target(R"({"places": []})"));
}

TEST(Proxies, AreTheEnvironments)
{
    const Proxies proxies =
        proxies_of({"HTTPS_PROXY=S", "https_proxy=s", "HTTP_PROXY=evil", "NO_PROXY=n", "ALL_PROXY=a"});
    EXPECT_EQ(proxies, (Proxies{"", "s", "a", "n"}));
}

} // namespace
} // namespace slipway::registry
