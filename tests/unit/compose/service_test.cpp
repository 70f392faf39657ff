// SPDX-License-Identifier: LGPL-2.1-or-later
// Services: what their keys become in their forms, and what is refused.
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::chrono_literals;

TEST(ACommand, IsWordsOrTheImages)
{
    EXPECT_FALSE(web("command: ").command);
    EXPECT_THAT(*web("command: []").command, IsEmpty());
    EXPECT_THAT(*web("command: ''").command, IsEmpty());
    EXPECT_THAT(*web("command: a 'b c'").command, ElementsAre("a", "b c"));
    EXPECT_THAT(*web("entrypoint: [a, b c, 5]").entrypoint, ElementsAre("a", "b c", "5"));
    EXPECT_REFUSED(web("command: a 'b"), "services.web.command: the quote ' is not closed");
    EXPECT_REFUSED(web("command: [[a]]"), "services.web.command[0]: must be a text");
}

TEST(AHealthCheck, IsAProgramAShellsOrNone)
{
    EXPECT_THAT(web("healthcheck: {test: [CMD, a, b]}").health_check->test, ElementsAre("a", "b"));
    EXPECT_FALSE(web("healthcheck: {test: [CMD, a, b]}").health_check->uses_shell);
    EXPECT_TRUE(web("healthcheck: {test: [CMD-SHELL, a b]}").health_check->uses_shell);
    EXPECT_THAT(web("healthcheck: {test: a b}").health_check->test, ElementsAre("a b"));
    EXPECT_TRUE(web("healthcheck: {test: [NONE]}").health_check->is_disabled);
    EXPECT_TRUE(web("healthcheck: {disable: true}").health_check->is_disabled);
    EXPECT_EQ(web("healthcheck: {start_interval: 500ms}").health_check->start_interval, 500ms);
    EXPECT_REFUSED(web("healthcheck: {test: [a, b]}"),
                   "healthcheck.test: begins with 'a'; a list begins with CMD");
    EXPECT_REFUSED(web("healthcheck: {test: [CMD]}"), "has no program behind CMD");
    EXPECT_REFUSED(web("healthcheck: {interval: 10}"),
                   "healthcheck.interval: '10' is a duration without a unit");
    EXPECT_REFUSED(web("healthcheck: {retries: -1}"), "must be between 0 and 4294967295");
}

TEST(ARestartPolicy, IsOfTheServiceOrOfItsDeployment)
{
    using When = RestartPolicy::When;
    EXPECT_EQ(web("restart: no").restart.when, When::never);
    EXPECT_EQ(web("restart: on-failure:3").restart, (RestartPolicy{When::on_failure, 3}));
    EXPECT_EQ(web("restart: always\ndeploy: {restart_policy: {condition: on-failure, delay: 5s, "
                  "max_attempts: 2, window: 1m}}")
                  .restart,
              (RestartPolicy{When::on_failure, 2, 5s, 60s}));
    EXPECT_EQ(web("deploy: {restart_policy: {}}").restart.when, When::always);
    for (const char* bad : {"sometimes", "always:3", "on-failure:x", "'on-failure:'"})
        EXPECT_REFUSED(web(std::string{"restart: "} + bad), "is no restart policy");
}

TEST(Limits, AreTheSameWhereverTheyAreSaid)
{
    EXPECT_EQ(web("mem_limit: 64m\ndeploy: {resources: {limits: {memory: 65536k}}}").resources.memory,
              64U << 20U);
    EXPECT_REFUSED(web("mem_limit: 64m\ndeploy: {resources: {limits: {memory: 65m}}}"),
                   "services.web.deploy.resources.limits.memory: says something else than mem_limit");
    EXPECT_REFUSED(web("cpus: 1\ndeploy: {resources: {limits: {cpus: 2}}}"), "something else than cpus");
    EXPECT_REFUSED(web("pids_limit: 1\ndeploy: {resources: {limits: {pids: 2}}}"),
                   "something else than pids_limit");
    EXPECT_REFUSED(web("scale: 2\ndeploy: {replicas: 3}"), "something else than scale");
    EXPECT_EQ(web("memswap_limit: 0").resources.memory_and_swap, std::nullopt);
    EXPECT_EQ(web("ulimits: {core: unlimited, nofile: -1}").resources.ulimits.at("core"), (Ulimit{-1, -1}));
    EXPECT_EQ(web("cpu_quota: 50000\ncpu_period: 100ms").resources.cpu_quota, 50ms);
    EXPECT_REFUSED(web("ulimits: {nofile: {soft: 5, hard: 3}}"), "a soft limit above the hard one");
    EXPECT_REFUSED(web("ulimits: {nofile: {soft: 5}}"), "needs both soft and hard");
    EXPECT_REFUSED(web("oom_score_adj: 1001"), "must be between -1000 and 1000");
    EXPECT_REFUSED(web("cpus: -1"), "must not be negative");
}

TEST(AMode, IsOctalAsYamlHasIt)
{
    for (const auto& [text, mode] :
         {std::pair{"0440", 0440U}, {"0o440", 0440U}, {"'440'", 0440U}, {"288", 0440U}})
        EXPECT_EQ(web(std::string{"configs: [{source: c, mode: "} + text + "}]").configs.at(0).mode, mode)
            << text;
    EXPECT_EQ(web("configs: [{source: c, mode: $M}]", {{"M", "440"}}).configs.at(0).mode, 0440U);
    EXPECT_REFUSED(web("configs: [{source: c, mode: 0999}]"),
                   "services.web.configs[0].mode: must be a mode such as 0440");
}

TEST(AGrant, HasATargetOfItsOwnOrTheUsualOne)
{
    EXPECT_EQ(web("configs: [c]").configs.at(0).target, "/c");
    EXPECT_EQ(web("secrets: [s]").secrets.at(0).target, "/run/secrets/s");
    EXPECT_EQ(web("secrets: [{source: s, target: t}]").secrets.at(0).target, "/run/secrets/t");
    EXPECT_EQ(web("secrets: [{source: s, target: /t}]").secrets.at(0).target, "/t");
}

TEST(ADevice, IsAPathOrACdiName)
{
    const auto devices =
        web("devices: [/dev/a, '/dev/b:/dev/c', '/dev/d:/dev/e:r', '/dev/f:rw', 'v.com/c=d']").devices;
    EXPECT_THAT(devices, ElementsAre(Device{"/dev/a", "/dev/a"}, Device{"/dev/b", "/dev/c"},
                                     Device{"/dev/d", "/dev/e", "r"}, Device{"/dev/f", "/dev/f", "rw"},
                                     Device{"v.com/c=d", ""}));
    EXPECT_REFUSED(web("devices: [a]"), "is not HOST_PATH[:CONTAINER_PATH][:rwm]");
    EXPECT_REFUSED(web("devices: ['/dev/a:/dev/b:x']"), "'x' are no permissions");
}

TEST(AMountInItsLongForm, IsChecked)
{
    EXPECT_EQ(
        web("volumes: [{type: bind, source: ~/a, target: /t}]", {{"HOME", "/home/me"}}).mounts.at(0).source,
        "/home/me/a");
    EXPECT_REFUSED(web("volumes: [{type: bind, source: ~/a, target: /t}]"),
                   "begins with ~, and HOME is not set");
    EXPECT_REFUSED(web("volumes: [{type: bind, target: /t}]"), "services.web.volumes[0]: has no source");
    EXPECT_REFUSED(web("volumes: [{type: tmpfs, source: a, target: /t}]"), "has a source, and is a tmpfs");
    EXPECT_REFUSED(web("volumes: [{type: volume, source: data}]"), "has no target");
    EXPECT_REFUSED(web("volumes: [{source: data, target: /t}]"), "has no type");
    EXPECT_REFUSED(web("volumes: [{type: npipe, source: a, target: /t}]"),
                   "is nothing that a single Linux machine has");
    EXPECT_REFUSED(web("volumes: [{type: bind, source: ./a, target: /t, bind: {propagation: x}}]"),
                   "'x' is not known; there is private");
    EXPECT_REFUSED(web("tmpfs: /t\nvolumes: ['data:/t']"),
                   "services.web.tmpfs: '/t' is the target of a volume too");
}

TEST(Networks, AreByNameModeOrDefault)
{
    EXPECT_THAT(web("user: u").networks, ElementsAre(Pair("default", NetworkUse{})));
    EXPECT_THAT(web("networks: [front]").networks, ElementsAre(Pair("front", NetworkUse{})));
    EXPECT_EQ(web("network_mode: container:x").network_mode, (Sharing{Sharing::With::container, "x"}));
    EXPECT_EQ(web("network_mode: bridge").network_mode, (Sharing{Sharing::With::other, "bridge"}));
    EXPECT_REFUSED(web("network_mode: none\nnetworks: [front]"), "has both networks and network_mode");
    EXPECT_REFUSED(web("network_mode: host\nports: ['80:80']"),
                   "has ports, which network_mode: host publishes already");
    EXPECT_REFUSED(web("networks: {front: {ipv4_address: '::1'}}"),
                   "is an address of the other version of IP");
    EXPECT_REFUSED(web("mac_address: 01:00:00:00:00:01"), "is no MAC address of one interface");
}

TEST(Links, AreDependencies)
{
    const Service service = web("links: ['other:o', other]\npid: service:other");
    EXPECT_THAT(service.links, ElementsAre(Link{"other", "o"}, Link{"other", "other"}));
    EXPECT_THAT(service.dependencies,
                ElementsAre(Pair("other", Dependency{Dependency::Condition::started, true, true})));
    EXPECT_FALSE(web("volumes_from: [other]").dependencies.at("other").restarts);
    EXPECT_THAT(web("volumes_from: ['container:x']").dependencies, IsEmpty());
}

TEST(Hosts, HaveOneSignOrTheOther)
{
    EXPECT_THAT(web("extra_hosts: ['a=1.2.3.4', 'b:::1', 'c=[::1]', 'd=host-gateway']").extra_hosts,
                ElementsAre("a=1.2.3.4", "b=::1", "c=::1", "d=host-gateway"));
    EXPECT_THAT(web("extra_hosts: {a: [1.2.3.4, '::1']}").extra_hosts, ElementsAre("a=1.2.3.4", "a=::1"));
    EXPECT_REFUSED(web("extra_hosts: [a]"), "is not HOST=ADDRESS");
}

TEST(AHookBeforeTheStart, HasAnImageOfItsOwn)
{
    const Service service =
        web("pre_start: [{image: busybox, command: chown x, per_replica: true}, {user: u}]");
    EXPECT_EQ(service.pre_start.at(0).image, "busybox");
    EXPECT_TRUE(service.pre_start.at(0).is_per_replica);
    EXPECT_REFUSED(web("post_start: [{user: u}]"), "services.web.post_start[0]: has no command");
    EXPECT_REFUSED(web("pre_stop: [{command: c, image: i}]"), "is no key of the Compose specification here");
}

TEST(AnUnknownKey, IsRefusedWithItsPlaceAndTheNearestOne)
{
    EXPECT_REFUSED(web("port: ['80:80']"), "compose.yaml:9:3: services.web.port: is no key of the Compose "
                                           "specification here; did you mean 'ports'?");
    EXPECT_REFUSED(web("healthcheck: {tests: a}"), "did you mean 'test'?");
    EXPECT_REFUSED(web("develop: {watch: [{pth: a}]}"), "services.web.develop.watch[0].pth: is no key of the "
                                                        "Compose specification here; did you mean 'path'?");
    EXPECT_REFUSED(
        loaded("service: {}"),
        "compose.yaml:1:1: service: is no key of the Compose specification here; did you mean 'services'?");
    const auto failure = testing::failure_of([] { return web("qqqqqq: 1"); });
    ASSERT_TRUE(failure);
    EXPECT_THAT(failure->message(), ::testing::EndsWith("here"));
}

TEST(AnExtension, IsIgnoredEverywhere)
{
    EXPECT_EQ(web("x-a: {b: c}\nhealthcheck: {x-d: b, test: a}\ndeploy: {x-e: }\nnetworks: {x-n: 1, "
                  "front: }"),
              web("healthcheck: {test: a}\nnetworks: [front]"));
}

TEST(AnUnheededKey, IsNamedWithItsLine)
{
    const Project project = loaded("services:\n  web:\n    image: i\n    isolation: hyperv\n");
    ASSERT_EQ(project.unheeded.size(), 1U);
    EXPECT_EQ(project.unheeded[0], (Note{"compose.yaml", 4, "services.web.isolation",
                                         "is not acted on: it is a word of Windows"}));
}

} // namespace
} // namespace slipway::compose
