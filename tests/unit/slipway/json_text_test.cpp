// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON texts: their keys are a promise to programs.
#include "slipway/json_text.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace slipway::cli {
namespace {

using Json = nlohmann::ordered_json;

const RealTime listed_at{Microseconds{1'700'000'000'000'000}};

std::vector<std::string> keys_of(const Json& object)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items())
        keys.push_back(key);
    return keys;
}

TEST(ContainersAsJson, HaveTheseKeysInThisOrder)
{
    const std::vector<client::ContainerInfo> containers(1);
    EXPECT_THAT(keys_of(Json::parse(json_text(containers, listed_at)).at(0)),
                ::testing::ElementsAre("Id", "Name", "Names", "Image", "ImageId", "Command", "State",
                                       "Status", "ExitStatus", "ExitSignal", "ExitCause", "Pid", "Ports",
                                       "Unit", "Terminal", "AutoRemove", "CreatedAt", "CreatedTimestamp",
                                       "StartedAt", "StartedTimestamp", "FinishedAt", "FinishedTimestamp",
                                       "Labels"));
}

TEST(ContainersAsJson, HaveTheirValues)
{
    client::ContainerInfo info;
    info.id = "12ab";
    info.name = "web";
    info.image_path = "/org/slipway/Engine1/image/_34cd";
    info.command = {"sh", "-c"};
    info.labels = {{"a", "1"}};
    info.state = "exited";
    info.exit_status = 137;
    info.exit_signal = 9;
    info.created_usec = 1'700'000'000'000'001;
    info.finished_usec = to_usec(listed_at);
    const Json json = Json::parse(json_text({info}, listed_at)).at(0);
    EXPECT_EQ(json.at("Id"), "12ab");
    EXPECT_EQ(json.at("Names"), Json::array({"web"}));
    EXPECT_EQ(json.at("ImageId"), "34cd");
    EXPECT_EQ(json.at("Command"), (Json::array({"sh", "-c"})));
    EXPECT_EQ(json.at("Status"), "Exited (137) Less than a second ago");
    EXPECT_EQ(json.at("ExitSignal"), 9);
    EXPECT_EQ(json.at("CreatedAt"), "2023-11-14T22:13:20.000001Z");
    EXPECT_EQ(json.at("CreatedTimestamp"), 1'700'000'000'000'001);
    EXPECT_EQ(json.at("StartedAt"), "");
    EXPECT_EQ(json.at("Labels").at("a"), "1");
}

TEST(ContainersAsJson, OfNoContainersAreAnEmptyArray)
{
    EXPECT_EQ(json_text(std::vector<client::ContainerInfo>{}, listed_at), "[]\n");
}

TEST(ContainersAsJson, ReplaceWhatIsNotUtf8)
{
    client::ContainerInfo info;
    info.command = {"\xFF"};
    EXPECT_EQ(Json::parse(json_text({info}, listed_at)).at(0).at("Command").at(0), "\xEF\xBF\xBD");
}

TEST(ImagesAsJson, HaveTheseKeysInThisOrder)
{
    client::ImageInfo info;
    info.names = {"debian:bookworm", "debian:12"};
    info.size = 117'000'000;
    const Json json = Json::parse(json_text({info})).at(0);
    EXPECT_THAT(keys_of(json),
                ::testing::ElementsAre("Id", "Names", "Size", "CreatedAt", "CreatedTimestamp"));
    EXPECT_EQ(json.at("Names").size(), 2U);
    EXPECT_EQ(json.at("Size"), 117'000'000);
}

TEST(TheEngineAsJson, HasTheseKeysInThisOrder)
{
    client::EngineInfo info;
    info.running_count = 3;
    const Json json = Json::parse(json_text(info, {{"v/c=d"}, {"/etc/cdi/x.yaml: is no mapping"}}));
    EXPECT_EQ(json.at("CDIDevices"), Json::array({"v/c=d"}));
    EXPECT_EQ(json.at("CDIComplaints").size(), 1U);
    EXPECT_THAT(keys_of(json),
                ::testing::ElementsAre("Version", "Placement", "StateDirectory", "KernelRelease",
                                       "UserNamespaceObstacle", "RootDriver", "RootDriverObstacles",
                                       "NetworkDriver", "NetworkDriverObstacles", "ContainerCount",
                                       "RunningCount", "ImageCount", "CDIDevices", "CDIComplaints"));
    EXPECT_EQ(json.at("RunningCount"), 3);
}

TEST(VersionsAsJson, HaveNoEngineWhereNoneAnswers)
{
    EXPECT_EQ(Json::parse(version_json("1", "2")),
              Json::parse(R"({"Client": {"Version": "1"}, "Engine": {"Version": "2"}})"));
    EXPECT_TRUE(Json::parse(version_json("1", "")).at("Engine").is_null());
}

TEST(AnArrayOfTexts, KeepsEachTextsKeysInOrder)
{
    EXPECT_EQ(array_of({R"({"b":1,"a":2})", "[]"}),
              "[\n    {\n        \"b\": 1,\n        \"a\": 2\n    },\n    []\n]\n");
    EXPECT_EQ(array_of({}), "[]\n");
}

TEST(AnArrayOfTexts, RefusesWhatIsNoJson)
{
    EXPECT_FAILURE(array_of({"{}", "{"}), ErrorCode::internal, "no JSON");
}

} // namespace
} // namespace slipway::cli
