// SPDX-License-Identifier: LGPL-2.1-or-later
// What a later file does to what earlier ones say.
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

// Of two files with these keys of the service "web" each, in braces.
Service merged_web(const std::string& first, const std::string& second)
{
    LoadOptions options;
    options.files = {"one.yaml", "two.yaml"};
    return loaded({{"/srv/My_Shop/one.yaml",
                    "services: {web: {image: i, " + first +
                        "}, db: {image: d}, kv: {image: k}}\n"
                        "networks: {a: , b: }\nvolumes: {v: , w: }\nsecrets: {s: {file: s}, t: {file: t}}"},
                   {"/srv/My_Shop/two.yaml", "services: {web: {" + second + "}}"}},
                  options)
        .services.at("web");
}

TEST(ALaterFile, ReplacesTextsAndMergesMappings)
{
    EXPECT_EQ(merged_web("user: a, hostname: h", "user: b").user, "b");
    EXPECT_EQ(merged_web("user: a, hostname: h", "user: b").hostname, "h");
    const auto limits = merged_web("deploy: {resources: {limits: {cpus: 1, pids: 5}}}",
                                   "deploy: {resources: {limits: {cpus: 2}}}");
    EXPECT_EQ(limits.resources.cpus, 2);
    EXPECT_EQ(limits.resources.pids, 5);
    EXPECT_EQ(merged_web("user: a", "user: ").user, "a");
}

TEST(ALaterFile, MergesListsAndMappingsOfVariables)
{
    for (const char* first : {"environment: [A=1, B=1, C]", "environment: {A: 1, B: 1, C: }"})
        for (const char* second : {"environment: [B=2, D=2]", "environment: {B: 2, D: 2}"})
            EXPECT_THAT(merged_web(first, second).environment,
                        ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("C", std::nullopt), Pair("D", "2")));
    EXPECT_THAT(merged_web("environment: {A: 1}", "environment: [A]").environment,
                ElementsAre(Pair("A", std::nullopt)));
    EXPECT_THAT(merged_web("labels: [a=1]", "labels: {b: 2}").labels,
                ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(ALaterFile, AppendsToLists)
{
    EXPECT_THAT(merged_web("dns: 1.1.1.1", "dns: [8.8.8.8, 1.1.1.1]").dns_servers,
                ElementsAre("1.1.1.1", "8.8.8.8"));
    EXPECT_THAT(merged_web("cap_add: [A, B]", "cap_add: [B, C]").added_capabilities,
                ElementsAre("A", "B", "C"));
    EXPECT_THAT(merged_web("extra_hosts: {h: '::1'}", "extra_hosts: ['h=::1', 'h=::2']").extra_hosts,
                ElementsAre("h=::1", "h=::2"));
    EXPECT_THAT(merged_web("tmpfs: /a", "tmpfs: [/b]").mounts.size(), 2U);
}

TEST(ALaterFile, ReplacesCommandsAndTests)
{
    EXPECT_THAT(*merged_web("command: [a, b], entrypoint: x", "command: c, entrypoint: [y]").command,
                ElementsAre("c"));
    EXPECT_THAT(*merged_web("entrypoint: x", "entrypoint: [y]").entrypoint, ElementsAre("y"));
    const HealthCheck check =
        *merged_web("healthcheck: {test: [CMD, a], retries: 5}", "healthcheck: {test: b}").health_check;
    EXPECT_THAT(check.test, ElementsAre("b"));
    EXPECT_EQ(check.retries, 5U);
}

TEST(ALaterFile, ReplacesWhatHasTheSameTarget)
{
    const Service service = merged_web(
        "ports: ['80:80', '81:81'], volumes: ['v:/a', './x:/b'], secrets: [s], devices: ['/dev/a:/dev/z']",
        "ports: [{target: 80, published: 80, name: web}, '82:82'], volumes: [{type: volume, source: w, "
        "target: /a}],"
        "secrets: [{source: t, target: s}], devices: ['/dev/b:/dev/z']");
    ASSERT_EQ(service.ports.size(), 3U);
    EXPECT_EQ(service.ports[0].name, "web");
    ASSERT_EQ(service.mounts.size(), 2U);
    EXPECT_EQ(service.mounts[0].source, "w");
    ASSERT_EQ(service.secrets.size(), 1U);
    EXPECT_EQ(service.secrets[0].source, "t");
    ASSERT_EQ(service.devices.size(), 1U);
    EXPECT_EQ(service.devices[0].source, "/dev/b");
}

TEST(ALaterFile, BringsTheShortFormsToTheLongOnes)
{
    EXPECT_EQ(merged_web("build: ./a", "build: {target: t}").build->context, "/srv/My_Shop/a");
    EXPECT_EQ(merged_web("build: ./a", "build: {target: t}").build->target, "t");
    const auto dependencies =
        merged_web("depends_on: [db, kv]", "depends_on: {db: {condition: service_healthy}}").dependencies;
    EXPECT_EQ(dependencies.at("db").condition, Dependency::Condition::healthy);
    EXPECT_EQ(dependencies.at("kv").condition, Dependency::Condition::started);
    EXPECT_THAT(merged_web("networks: [a]", "networks: {a: {aliases: [x]}, b: }").networks.at("a").aliases,
                ElementsAre("x"));
    EXPECT_EQ(merged_web("ulimits: {n: 1}", "ulimits: {n: {soft: 2, hard: 3}}").resources.ulimits.at("n"),
              (Ulimit{2, 3}));
}

TEST(ALaterFile, MergesOptionsOfTheSameLogDriverAlone)
{
    EXPECT_THAT(merged_web("logging: {driver: a, options: {x: 1}}", "logging: {options: {y: 2}}")
                    .logging->options.size(),
                2U);
    EXPECT_THAT(merged_web("logging: {driver: a, options: {x: 1}}", "logging: {driver: b, options: {y: 2}}")
                    .logging->options,
                ElementsAre(Pair("y", "2")));
}

TEST(ALaterFile, RemovesAndReplacesByTags)
{
    const Service service =
        merged_web("ports: ['80:80'], environment: {A: 1, B: 1}, user: u, command: [a], dns: [1.1.1.1]",
                   "ports: !override ['81:81'], environment: {A: !reset null}, user: !reset null,"
                   "command: !reset [], dns: [!reset 8.8.8.8, 9.9.9.9]");
    ASSERT_EQ(service.ports.size(), 1U);
    EXPECT_EQ(service.ports[0].target.first, 81);
    EXPECT_THAT(service.environment, ElementsAre(Pair("B", "1")));
    EXPECT_EQ(service.user, "");
    EXPECT_FALSE(service.command);
    EXPECT_THAT(service.dns_servers, ElementsAre("1.1.1.1", "9.9.9.9"));
    // A service as a whole.
    LoadOptions options;
    options.files = {"one.yaml", "two.yaml"};
    EXPECT_EQ(loaded({{"/srv/My_Shop/one.yaml", "services: {a: {image: i}, b: {image: i}}"},
                      {"/srv/My_Shop/two.yaml", "services: {a: !reset null, b: !override {image: j}}"}},
                     options)
                  .services.size(),
              1U);
}

TEST(Documents, OfOneFileAreMergedInTurn)
{
    EXPECT_EQ(
        loaded("services: {a: {image: i}}\n---\nservices: {a: {image: j, user: u}}").services.at("a").image,
        "j");
}

TEST(ALaterFile, MayNotTurnOneKindIntoAnother)
{
    EXPECT_REFUSED(merged_web("cap_add: [A]", "cap_add: {A: B}"),
                   "two.yaml:1:27: services.web.cap_add: is a mapping here and a list at one.yaml:1:37");
}

TEST(Subnets, AreMergedByTheirAddress)
{
    LoadOptions options;
    options.files = {"one.yaml", "two.yaml"};
    const auto subnets =
        loaded({{"/srv/My_Shop/one.yaml",
                 "services: {a: {image: i}}\n"
                 "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.1}]}}}"},
                {"/srv/My_Shop/two.yaml", "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/24, gateway: "
                                          "10.0.0.9}, {subnet: 10.0.1.0/24}]}}}"}},
               options)
            .networks.at("n")
            .subnets;
    ASSERT_EQ(subnets.size(), 2U);
    EXPECT_EQ(subnets[0].gateway, "10.0.0.9");
}

} // namespace
} // namespace slipway::compose
