// SPDX-License-Identifier: LGPL-2.1-or-later
// The short forms of ports and mounts.
#include "compose/mount.hpp"
#include "compose/port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::compose {
namespace {

using ::testing::HasSubstr;

TEST(APort, IsAddressPublishedTargetAndProtocol)
{
    EXPECT_EQ(parse_port("3000").value(), (Port{{3000, 3000}}));
    EXPECT_EQ(parse_port("3000-3005").value(), (Port{{3000, 3005}}));
    EXPECT_EQ(parse_port("8000:80").value(), (Port{{80, 80}, PortRange{8000, 8000}}));
    EXPECT_EQ(parse_port("9090-9091:8080-8081").value(), (Port{{8080, 8081}, PortRange{9090, 9091}}));
    EXPECT_EQ(parse_port("8000-9000:80").value(), (Port{{80, 80}, PortRange{8000, 9000}}));
    EXPECT_EQ(parse_port("127.0.0.1:8001:8001").value(),
              (Port{{8001, 8001}, PortRange{8001, 8001}, "127.0.0.1"}));
    EXPECT_EQ(parse_port("127.0.0.1::80").value(), (Port{{80, 80}, std::nullopt, "127.0.0.1"}));
    EXPECT_EQ(parse_port("0:80").value(), (Port{{80, 80}}));
    EXPECT_EQ(parse_port("::1:6000:6000").value(), (Port{{6000, 6000}, PortRange{6000, 6000}, "::1"}));
    EXPECT_EQ(parse_port("[::1]:6001:6001").value().host_address, "::1");
    EXPECT_EQ(parse_port("6060:6060/UDP").value().protocol, "udp");
}

TEST(APort, IsRefusedWithAReason)
{
    for (const auto& [bad, reason] : {std::pair{"", "is no port, 1 to 65535"},
                                      {"0", "is no port"},
                                      {"65536", "is no port"},
                                      {"80x", "is no port"},
                                      {"82-80", "ends before it begins"},
                                      {":80", "nothing before the colon"},
                                      {":81:80", "nothing before the colon"},
                                      {"80:", "is no port"},
                                      {"80-81:80-82", "publishes 3 ports of the container on 2 of the host"},
                                      {"localhost:80:80", "'localhost' is no IP address"},
                                      {"80/icmp", "'icmp' is no protocol of ports"}})
    {
        const Result<Port> port = parse_port(bad);
        ASSERT_FALSE(port) << bad;
        EXPECT_THAT(port.failure().message(), HasSubstr(reason)) << bad;
    }
}

TEST(AnExposedPort, IsATargetAlone)
{
    EXPECT_EQ(parse_exposed_port("8080-8085/udp").value(), (ExposedPort{{8080, 8085}, "udp"}));
    EXPECT_EQ(parse_exposed_port("80/").value(), (ExposedPort{{80, 80}}));
    EXPECT_FALSE(parse_exposed_port("80:80"));
}

TEST(AMount, IsSourceTargetAndOptions)
{
    EXPECT_EQ(parse_mount("/anonymous").value().source, "");
    EXPECT_EQ(parse_mount("/anonymous").value().kind, MountKind::volume);
    EXPECT_EQ(parse_mount("data:/d").value().source, "data");
    for (const char* path : {"./a", "../a", "/a", "~/a", "."}) {
        const Mount mount = parse_mount(std::string{path} + ":/t").value();
        EXPECT_EQ(mount.kind, MountKind::bind) << path;
        EXPECT_EQ(mount.source, path);
        EXPECT_TRUE(mount.creates_source);
    }
    const Mount mount = parse_mount("./a:/t:ro,Z,rslave,nocopy,cached").value();
    EXPECT_TRUE(mount.is_read_only);
    EXPECT_EQ(mount.relabel, 'Z');
    EXPECT_EQ(mount.propagation, "rslave");
    EXPECT_FALSE(mount.is_copied_up);
    EXPECT_FALSE(parse_mount("a:/t:ro,rw").value().is_read_only);
}

TEST(AMount, IsRefusedWithAReason)
{
    for (const auto& [bad, reason] : {std::pair{"", "has an empty part"},
                                      {"a:", "has an empty part"},
                                      {":/a", "has an empty part"},
                                      {"a", "'a' is no absolute path in the container"},
                                      {"a:b", "'b' is no absolute path"},
                                      {"a:/b:ro:z", "has too many colons"},
                                      {"dir/a:/b", "a path begins with ./, ../, ~/ or /"},
                                      {"a:/b:rx", "'rx' is no option of a mount"}})
    {
        const Result<Mount> mount = parse_mount(bad);
        ASSERT_FALSE(mount) << bad;
        EXPECT_THAT(mount.failure().message(), HasSubstr(reason)) << bad;
    }
}

TEST(ATmpfs, HasASizeAModeAndOthers)
{
    const Mount mount = parse_tmpfs("/data:mode=755,uid=1009,size=1m,noexec,ro").value();
    EXPECT_EQ(mount.mode, 0755U);
    EXPECT_EQ(mount.size, 1U << 20U);
    EXPECT_EQ(mount.options, "uid=1009,noexec");
    EXPECT_TRUE(mount.is_read_only);
    for (const char* bad : {"data", "/d:mode=9", "/d:size=x", "/d:mode=77777"})
        EXPECT_FALSE(parse_tmpfs(bad)) << bad;
}

TEST(VolumesOfAnother, AreOfAServiceOrAContainer)
{
    EXPECT_EQ(parse_volumes_from("db").value(), (VolumesFrom{"db", false, false}));
    EXPECT_EQ(parse_volumes_from("container:db:ro").value(), (VolumesFrom{"db", true, true}));
    for (const char* bad : {"", "db:rx", "container:", "a:b:c"})
        EXPECT_FALSE(parse_volumes_from(bad)) << bad;
}

} // namespace
} // namespace slipway::compose
