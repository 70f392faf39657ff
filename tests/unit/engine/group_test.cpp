// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: definitions that are checked, kept and compared, and plans of what is to be done.
#include "engine/container/settings_json.hpp"
#include "engine/group/apply_wish.hpp"
#include "engine/group/plan.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::ElementsAre;
using Kind = PlanStep::Kind;

MemberDefinition member(const std::string& name, std::vector<Dependency> dependencies = {},
                        std::uint32_t replicas = 1)
{
    MemberDefinition made;
    made.name = name;
    made.settings.image = "debian";
    made.dependencies = std::move(dependencies);
    made.replicas = replicas;
    return made;
}

GroupDefinition group(std::vector<MemberDefinition> members)
{
    GroupDefinition definition;
    definition.members = std::move(members);
    return definition;
}

TEST(AGroup, ComesBackAsItWasWritten)
{
    GroupDefinition definition = group({member("web", {{"db", Condition::healthy, false}}, 3), member("db")});
    ContainerSettings& settings = definition.members[0].settings;
    settings.entrypoint = {""};
    settings.command = {"a", "b"};
    settings.environment = {"A=1"};
    settings.stop_timeout_usec = 7;
    settings.security.is_privileged = true;
    settings.surroundings.ulimits = {"nofile=1"};
    settings.limits = {{"MemoryMax", 1 << 20}};
    settings.mounts.emplace_back().target = "/data";
    settings.mounts.back().mode = 0755;
    settings.network.ports = {"80"};
    settings.wires.emplace_back().target = "db";
    settings.listeners.emplace_back().address = "8080";
    settings.health.test = {"CMD", "true"};
    settings.health.retries = 2;
    definition.networks["shop"].subnets = {"10.1.0.0/16"};
    definition.volumes["data"].options = {{"size", "1M"}};
    definition.limits = {{"MemoryMax", 5}};
    definition.labels = {{"a", "b"}};
    const std::string text = to_json(definition);
    const GroupDefinition again = parse_group_definition(text);
    EXPECT_EQ(to_json(again), text);
    EXPECT_EQ(settings_json(again.members[0].settings), settings_json(settings));
    EXPECT_EQ(again.members[0].settings.entrypoint, settings.entrypoint);
    EXPECT_EQ(again.members[0].settings.mounts.at(0).mode, 0755U);
    EXPECT_EQ(again.members[0].settings.wires.at(0).target, "db");
    EXPECT_EQ(again.members[0].settings.health.retries, 2U);
    EXPECT_EQ(again.members[0].dependencies, definition.members[0].dependencies);
    EXPECT_EQ(again.networks.at("shop").subnets, definition.networks.at("shop").subnets);
}

TEST(AGroup, LeavesOutWhatIsAsItComes)
{
    ContainerSettings settings;
    settings.image = "debian";
    EXPECT_EQ(settings_json(settings), (Json{{"image", "debian"}}));
}

TEST(AGroup, IsRefusedWhereItCannotBe)
{
    EXPECT_FAILURE(check(group({member("web"), member("web")})), ErrorCode::invalid_argument, "named twice");
    EXPECT_FAILURE(check(group({member("web", {{"db"}})})), ErrorCode::invalid_argument,
                   "db, which is no member");
    EXPECT_FAILURE(check(group({member("my web")})), ErrorCode::invalid_name, "my web");
    check(group({member("My.Web")}));
    EXPECT_FAILURE(check(group({member("a", {{"b"}}), member("b", {{"c"}}), member("c", {{"a"}})})),
                   ErrorCode::invalid_argument, "a waits for b waits for c waits for a");
    GroupDefinition ports = group({member("web", {}, 2)});
    ports.members[0].settings.network.ports = {"8080:80"};
    EXPECT_FAILURE(check(ports), ErrorCode::invalid_argument, "8080:80");
    ports.members[0].settings.network.ports = {"80"};
    check(ports);
    ports.members[0].settings.name = "mine";
    EXPECT_FAILURE(check(ports), ErrorCode::invalid_argument, "mine");
    GroupDefinition removed = group({member("web")});
    removed.members[0].settings.is_auto_removed = true;
    EXPECT_FAILURE(check(removed), ErrorCode::invalid_argument, "AutoRemove");
}

TEST(AGroup, HasLevelsOfWhatWaitsForWhat)
{
    const GroupDefinition definition =
        group({member("web", {{"app"}, {"cache"}}), member("app", {{"db"}}), member("db"), member("cache")});
    EXPECT_THAT(levels_of(definition),
                ElementsAre(ElementsAre("db", "cache"), ElementsAre("app"), ElementsAre("web")));
}

TEST(AGroup, PutsItsMembersOnItsNetworkUnderTheirNames)
{
    GroupDefinition definition = group({member("web")});
    EXPECT_THAT(settings_of(definition, definition.members[0], "shop", "shop-web-1", OwnNetwork::made)
                    .network.networks,
                ElementsAre("shop:alias=web"));
    EXPECT_THAT(settings_of(definition, definition.members[0], "shop", "shop-web-1", OwnNetwork::none)
                    .network.networks,
                ElementsAre());
    definition.members[0].settings.network.networks = {"front", "back:ip=10.0.0.1", "none"};
    EXPECT_THAT(settings_of(definition, definition.members[0], "shop", "shop-web-1", OwnNetwork::made)
                    .network.networks,
                ElementsAre("front:alias=web", "back:ip=10.0.0.1,alias=web", "none"));
}

TEST(AGroup, KnowsWhenAMemberIsAnotherThing)
{
    GroupDefinition definition = group({member("web"), member("db")});
    definition.members[0].settings.network.networks = {"inner"};
    definition.networks["inner"];
    const std::string before = digest_of(definition, definition.members[0], "shop");
    definition.members[0].replicas = 9;
    definition.members[0].dependencies = {{"db"}};
    definition.members[1].settings.image = "other";
    EXPECT_EQ(digest_of(definition, definition.members[0], "shop"), before);
    definition.networks["inner"].is_internal = true;
    const std::string other_network = digest_of(definition, definition.members[0], "shop");
    EXPECT_NE(other_network, before);
    definition.members[0].settings.environment = {"A=1"};
    EXPECT_NE(digest_of(definition, definition.members[0], "shop"), other_network);
}

TEST(APlan, MakesWhatIsMissingAndKeepsWhatIsThere)
{
    const GroupDefinition definition = group({member("web", {}, 3)});
    EXPECT_THAT(plan("shop", definition, {{"shop-web-2", "web", true}}),
                ElementsAre(PlanStep{Kind::keep, "web", "shop-web-2"},
                            PlanStep{Kind::create, "web", "shop-web-1"},
                            PlanStep{Kind::create, "web", "shop-web-3"}));
}

TEST(APlan, TakesAwayTheHighestNumbers)
{
    const GroupDefinition definition = group({member("web")});
    EXPECT_THAT(
        plan("shop", definition, {{"shop-web-10", "web", true}, {"shop-web-2", "web", true}}),
        ElementsAre(PlanStep{Kind::keep, "web", "shop-web-2"}, PlanStep{Kind::remove, "web", "shop-web-10"}));
}

TEST(APlan, ReplacesWhatIsAnotherThingAndRemovesStrangers)
{
    const GroupDefinition definition = group({member("web")});
    EXPECT_THAT(plan("shop", definition, {{"shop-web-1", "web", false}, {"shop-old-1", "old", false}}),
                ElementsAre(PlanStep{Kind::remove, "old", "shop-old-1"},
                            PlanStep{Kind::replace, "web", "shop-web-1"}));
}

TEST(APlan, GivesAContainerItsOwnName)
{
    GroupDefinition definition = group({member("web")});
    definition.members[0].settings.name = "mine";
    EXPECT_THAT(plan("shop", definition, {}), ElementsAre(PlanStep{Kind::create, "web", "mine"}));
    EXPECT_THAT(
        plan("shop", definition, {{"shop-web-1", "web", true}}),
        ElementsAre(PlanStep{Kind::remove, "web", "shop-web-1"}, PlanStep{Kind::create, "web", "mine"}));
    EXPECT_THAT(plan("shop", definition, {{"mine", "web", true}}),
                ElementsAre(PlanStep{Kind::keep, "web", "mine"}));
}

TEST(PartsOfAGroup, ArePutIntoWhatThereIs)
{
    GroupDefinition before = group({member("db"), member("old")});
    before.networks["inner"] = {};
    GroupDefinition whole = group({member("web", {{"db"}, {"cache"}}), member("db", {}, 3), member("cache")});
    whole.networks["outer"] = {};
    const GroupDefinition parts = parts_of(whole, {"web"}, before);
    ASSERT_EQ(parts.members.size(), 3U);
    EXPECT_EQ(parts.find("db")->replicas, 1U); // as before
    EXPECT_NE(parts.find("old"), nullptr);
    // What it would wait for and is not there is left out.
    ASSERT_EQ(parts.find("web")->dependencies.size(), 1U);
    EXPECT_EQ(parts.find("web")->dependencies[0].member, "db");
    EXPECT_EQ(parts.networks.size(), 2U);
    EXPECT_EQ(parts_of(whole, {"db"}, before).find("db")->replicas, 3U);
    EXPECT_TRUE(ApplyWish{}.concerns("db"));
    ApplyWish none;
    none.only.emplace();
    EXPECT_FALSE(none.concerns("db"));
}

} // namespace
} // namespace slipway::engine
