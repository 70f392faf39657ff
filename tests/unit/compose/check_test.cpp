// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks of a project as a whole.
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

TEST(AService, NeedsAnImage)
{
    EXPECT_REFUSED(loaded("services:\n  web: {user: u}\n"),
                   "compose.yaml:2:3: services.web: has neither image nor build");
    EXPECT_REFUSED(loaded("services: {web: }"), "has neither image nor build");
    EXPECT_EQ(loaded("services: {web: {build: .}}").services.size(), 1U);
    EXPECT_EQ(loaded("services: {web: {provider: {type: t}}}").services.size(), 1U);
}

TEST(AFile, NeedsServicesAndNames)
{
    EXPECT_REFUSED(loaded("networks: {a: }"), "has no services");
    EXPECT_REFUSED(loaded(""), "compose.yaml:1:1: is empty");
    EXPECT_REFUSED(loaded("[a]"), "a Compose file is a mapping");
    EXPECT_REFUSED(loaded("services: [a]"), "compose.yaml:1:11: services: must be a mapping");
    EXPECT_REFUSED(loaded("services: {a b: {image: i}}"), "services.'a b': is no name of such a thing");
}

TEST(Dependencies, AreOfServicesThatAreThere)
{
    EXPECT_REFUSED(loaded("services:\n  a:\n    image: i\n    depends_on:\n      - b\n"),
                   "compose.yaml:5:9: services.a.depends_on[0]: there is no service 'b'");
    EXPECT_REFUSED(loaded("services: {a: {image: i, depends_on: {b: {condition: service_healthy}}}}"),
                   "there is no service 'b'");
    EXPECT_REFUSED(loaded("services: {a: {image: i, network_mode: 'service:b'}}"), "there is no service 'b'");
    EXPECT_FALSE(loaded("services: {a: {image: i, depends_on: {b: {required: false}}}}")
                     .services.at("a")
                     .dependencies.at("b")
                     .is_required);
    EXPECT_REFUSED(loaded("services: {a: {image: i, depends_on: {b: {condition: started}}}, b: {image: i}}"),
                   "'started' is no condition; service_started");
}

TEST(Dependencies, HaveNoCircles)
{
    EXPECT_REFUSED(
        loaded("services:\n  a: {image: i, depends_on: [b]}\n  b: {image: i, links: [c]}\n"
               "  c: {image: i, depends_on: {b: }}\n"),
        "compose.yaml:4:30: services.c.depends_on.b: services depend on each other in a circle: b → c → b");
    EXPECT_REFUSED(loaded("services: {a: {image: i, depends_on: [a]}}"), "in a circle: a → a");
    EXPECT_EQ(loaded("services: {a: {image: i, depends_on: [b, c]}, b: {image: i, depends_on: [d]},"
                     " c: {image: i, depends_on: [d]}, d: {image: i}}")
                  .services.size(),
              4U);
}

TEST(Dependencies, HaveNoCirclesThroughServicesThatAreNotEnabled)
{
    const std::string text = "services: {a: {image: i, depends_on: {b: {required: false}}},"
                             " b: {image: i, depends_on: [a], profiles: [p]}}";
    EXPECT_FALSE(loaded(text).services.at("b").is_enabled);
    EXPECT_REFUSED(loaded(text, {{"COMPOSE_PROFILES", "p"}}), "in a circle: a → b → a");
}

TEST(Dependencies, MayBeAsLongAsAFile)
{
    std::string text = "services:\n  s0: {image: i}\n";
    for (int i = 1; i < 10'000; ++i)
        text += "  s" + std::to_string(i) + ": {image: i, depends_on: [s" + std::to_string(i - 1) + "]}\n";
    EXPECT_EQ(loaded(text).services.size(), 10'000U);
}

TEST(Dependencies, AreNotHealthyWithoutAHealthCheck)
{
    EXPECT_REFUSED(loaded("services: {a: {image: i, depends_on: {b: {condition: service_healthy}}},"
                          " b: {image: i, healthcheck: {disable: true}}}"),
                   "services.a.depends_on.b: waits for 'b' to be healthy, whose healthcheck is disabled");
}

TEST(WhatIsUsed, IsAtTheTop)
{
    for (const auto& [keys, words] :
         {std::pair{"networks: [n]",
                    "services.web.networks[0]: there is no 'n' among the file's networks at its top"},
          {"networks: {n: }", "services.web.networks.n: there is no 'n' among"},
          {"volumes: ['v:/v']", "services.web.volumes[0]: there is no 'v' among the file's volumes"},
          {"configs: [x]", "services.web.configs[0]: there is no 'x' among the file's configs"},
          {"secrets: [{source: x, target: y}]",
           "services.web.secrets[0]: there is no 'x' among the file's secrets"},
          {"build: {secrets: [x]}",
           "services.web.build.secrets[0]: there is no 'x' among the file's secrets"}})
        EXPECT_REFUSED(web(keys), words);
}

TEST(AResource, HasOneSource)
{
    EXPECT_REFUSED(loaded("services: {a: {image: i}}\nsecrets: {s: {}}"),
                   "secrets.s: needs just one of file, environment and external, and has none");
    EXPECT_REFUSED(loaded("services: {a: {image: i}}\nconfigs: {c: {file: f, content: x}}"), "and has 2");
    EXPECT_REFUSED(loaded("services: {a: {image: i}}\nvolumes:\n  v: {external: true, driver: d}"),
                   "compose.yaml:3:23: volumes.v.driver: cannot be set beside external");
    EXPECT_EQ(loaded("services: {a: {image: i}}\nvolumes: {v: {external: {name: w}}}").volumes.at("v").name,
              "w");
}

TEST(PublishedPorts, AreOfOneContainer)
{
    EXPECT_REFUSED(
        loaded("services:\n  a: {image: i, ports: ['8080:80']}\n  b: {image: i, ports: ['8080:81']}\n"),
        "compose.yaml:3:25: services.b.ports[0]: the host's port 8080/tcp is published by the service 'a' "
        "too");
    EXPECT_REFUSED(web("ports: ['8000-8010:8000-8010', '8005:80']"),
                   "services.web.ports[1]: the host's port 8005/tcp is published by another entry too");
    EXPECT_REFUSED(web("ports: ['127.0.0.1:80:80', '80:81']"), "the host's port 80/tcp");
    EXPECT_REFUSED(web("scale: 2\nports: ['80:80']"), "2 containers cannot all have the host's port 80");
    EXPECT_EQ(web("ports: ['80:80', '80:80/udp', '81-82:80', '81:81', '127.0.0.1:90:90', '127.0.0.2:90:90', "
                  "'[::]:90:90', '0.0.0.0:91:91', '[::]:91:91']")
                  .ports.size(),
              9U);
    EXPECT_EQ(web("scale: 2\nports: ['80', '8000-8010:80']").ports.size(), 2U);
    EXPECT_EQ(
        loaded("services: {a: {image: i, ports: ['80:80']}, b: {image: i, ports: ['80:80'], profiles: [p]}}")
            .services.size(),
        2U);
}

TEST(AContainersName, IsOfOneContainer)
{
    EXPECT_REFUSED(web("container_name: n\nscale: 3"),
                   "services.web.container_name: 3 containers cannot have one name");
    EXPECT_REFUSED(loaded("services: {a: {image: i, container_name: n}, b: {image: i, container_name: n}}"),
                   "services.b.container_name: the service 'a' has this name for its container too");
    EXPECT_REFUSED(web("container_name: -n"), "is no container's name");
}

} // namespace
} // namespace slipway::compose
