// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose project as a group: what its services become, and what is said to be left out.
#include "compose/load.hpp"
#include "slipway/compose_group.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ComposeGroup group(const std::string& text)
{
    compose::LoadOptions options;
    options.working_directory = "/srv/shop";
    options.files = {"/srv/shop/compose.yaml"};
    compose::Surroundings surroundings;
    surroundings.read_file = [&text](const std::string& path) -> std::optional<std::string> {
        return path == "/srv/shop/compose.yaml" ? std::optional{text} : std::nullopt;
    };
    surroundings.variable = [](const std::string&) { return std::optional<std::string>{}; };
    return group_of(compose::load(options, surroundings).value());
}

client::ContainerSettings service(const std::string& keys)
{
    const ComposeGroup made = group("services:\n  web:\n    image: nginx\n" + keys);
    EXPECT_THAT(made.remarks, IsEmpty());
    return made.settings.members.at(0).container;
}

TEST(AComposeProject, IsAGroupOfMembersNetworksAndVolumes)
{
    const ComposeGroup made = group(R"(
services:
  web: {image: nginx, deploy: {replicas: 3}, depends_on: {db: {condition: service_healthy, required: false}}, networks: [front]}
  db: {image: postgres, volumes: ["data:/var/lib/data:ro", "./conf:/conf"], networks: {back: {aliases: [store], ipv4_address: 10.9.0.2}}}
networks:
  front: {internal: true}
  back: {ipam: {config: [{subnet: 10.9.0.0/24, gateway: 10.9.0.1}]}}
volumes: {data: {labels: {a: b}}}
)");
    ASSERT_EQ(made.settings.members.size(), 2U);
    const client::MemberSettings& db = made.settings.members[0];
    const client::MemberSettings& web = made.settings.members[1];
    EXPECT_EQ(web.name, "web");
    EXPECT_EQ(web.replicas, 3U);
    ASSERT_EQ(web.dependencies.size(), 1U);
    EXPECT_EQ(web.dependencies[0].condition, "healthy");
    EXPECT_FALSE(web.dependencies[0].is_required);
    EXPECT_THAT(web.container.networks, ElementsAre("shop_front"));
    EXPECT_THAT(db.container.networks, ElementsAre("shop_back:alias=store,ip=10.9.0.2"));
    ASSERT_EQ(db.container.mounts.size(), 2U);
    EXPECT_EQ(db.container.mounts[0].source, "shop_data");
    EXPECT_TRUE(db.container.mounts[0].is_read_only);
    EXPECT_EQ(db.container.mounts[1].source, "/srv/shop/conf");
    EXPECT_THAT(made.directories, ElementsAre("/srv/shop/conf"));
    EXPECT_TRUE(made.settings.networks.at("shop_front").is_internal);
    EXPECT_THAT(made.settings.networks.at("shop_back").gateways, ElementsAre("10.9.0.1"));
    EXPECT_EQ(made.settings.volumes.at("shop_data").labels.at("a"), "b");
    EXPECT_THAT(made.remarks, IsEmpty());
}

TEST(AComposeService, HasItsProcess)
{
    const client::ContainerSettings settings =
        service("    command: a 'b c'\n    entrypoint: []\n    environment: {X: '1'}\n    user: '7'\n    "
                "working_dir: /w\n    "
                "stop_signal: SIGINT\n    stop_grace_period: 3s\n    tty: true\n    init: true\n    labels: "
                "{k: v}\n");
    EXPECT_EQ(settings.command, (std::vector<std::string>{"a", "b c"}));
    EXPECT_EQ(settings.entrypoint, std::vector<std::string>{""});
    EXPECT_THAT(settings.environment, ElementsAre("X=1"));
    EXPECT_EQ(settings.user, "7");
    EXPECT_EQ(settings.stop_timeout, std::chrono::seconds{3});
    EXPECT_TRUE(settings.has_terminal);
    EXPECT_TRUE(settings.has_init);
    EXPECT_EQ(settings.labels.at("k"), "v");
    EXPECT_EQ(settings.labels.at("com.docker.compose.service"), "web");
}

TEST(AComposeService, IsCalledAfterItsProjectWhereItsImageIsBuilt)
{
    EXPECT_EQ(group("name: shop\nservices:\n  web: {build: .}\n").settings.members.at(0).container.image,
              "shop-web");
    EXPECT_EQ(group("services:\n  web: {build: ., image: 'own:1'}\n").settings.members.at(0).container.image,
              "own:1");
}

TEST(AComposeService, HasItsPorts)
{
    EXPECT_THAT(service("    ports: ['8080:80', '127.0.0.1:53:53/udp', '9000-9001:7000-7001', '81']\n").ports,
                ElementsAre("8080:80/tcp", "127.0.0.1:53:53/udp", "9000-9001:7000-7001/tcp", "81/tcp"));
}

TEST(AComposeService, HasItsLimits)
{
    const client::ContainerSettings settings =
        service("    cpus: 1.5\n    mem_limit: 64m\n    memswap_limit: 96m\n    pids_limit: 9\n    "
                "cpu_shares: 512\n    "
                "ulimits: {nofile: {soft: 1, hard: 2}}\n    shm_size: 1m\n");
    EXPECT_EQ(settings.limits.at("CPUQuotaPerSecUSec"), 1'500'000U);
    EXPECT_EQ(settings.limits.at("MemoryMax"), 64U << 20U);
    EXPECT_EQ(settings.limits.at("MemorySwapMax"), 32U << 20U);
    EXPECT_EQ(settings.limits.at("TasksMax"), 9U);
    EXPECT_EQ(settings.limits.at("CPUWeight"), 50U);
    EXPECT_THAT(settings.ulimits, ElementsAre("nofile=1:2"));
    EXPECT_EQ(settings.shm_size, 1U << 20U);
}

TEST(AComposeService, HasItsRestartPolicy)
{
    EXPECT_EQ(service("    restart: always\n").restart, "always");
    EXPECT_EQ(service("    restart: unless-stopped\n").restart, "unless-stopped");
    EXPECT_EQ(service("    restart: on-failure:3\n").restart, "on-failure:3");
    EXPECT_EQ(service("    deploy: {restart_policy: {condition: on-failure, max_attempts: 2}}\n").restart,
              "on-failure:2");
    EXPECT_FALSE(service("    restart: 'no'\n").restart.has_value());
    EXPECT_FALSE(service("").restart.has_value());
}

TEST(AComposeService, HasItsCheckOfHealth)
{
    const client::ContainerSettings settings =
        service("    healthcheck: {test: curl localhost, interval: 2s, retries: 5}\n");
    EXPECT_THAT(settings.health_test, ElementsAre("CMD-SHELL", "curl localhost"));
    EXPECT_EQ(settings.health_interval, std::chrono::seconds{2});
    EXPECT_EQ(settings.health_retries, 5U);
    EXPECT_THAT(service("    healthcheck: {disable: true}\n").health_test, ElementsAre("NONE"));
}

TEST(AComposeService, TellsWhatNobodyActsOn)
{
    const ComposeGroup made = group("services:\n  web:\n    image: nginx\n    cpuset: '0'\n    "
                                    "logging: {driver: syslog}\n");
    for (const char* key : {"cpuset", "logging"})
        EXPECT_THAT(made.remarks, Contains(HasSubstr(std::string{"services.web."} + key + ":")));
}

TEST(AComposeService, IsRefusedWhereItCannotBe)
{
    EXPECT_FAILURE(
        group("services:\n  web:\n    image: x\n    secrets: [{source: s, uid: root}]\nsecrets: {s: "
              "{environment: S}}\n"),
        ErrorCode::invalid_configuration, "secrets.s.uid");
    EXPECT_FAILURE(group("services:\n  web: {image: x}\nvolumes: {v: {driver: nfs}}\n"),
                   ErrorCode::not_supported, "volumes.v.driver");
}

} // namespace
} // namespace slipway::cli
