// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration: what is read from it, and that it is read as it was written.
#include "oci/runtime_config.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace slipway::oci {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

// Every member that the structs know, none with its default.
constexpr std::string_view full = R"({
    "ociVersion": "1.0.2",
    "process": {
        "terminal": true,
        "consoleSize": {"height": 25, "width": 80},
        "user": {"uid": 1, "gid": 2, "umask": 63, "additionalGids": [3, 4294967295]},
        "args": ["sh", ""],
        "env": ["A=1"],
        "cwd": "/srv",
        "capabilities": {"bounding": ["CAP_A"], "effective": ["CAP_B"], "inheritable": ["CAP_C"],
                         "permitted": ["CAP_D"], "ambient": ["CAP_E"]},
        "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 5, "hard": 18446744073709551615}],
        "noNewPrivileges": true,
        "oomScoreAdj": -500
    },
    "root": {"path": "rootfs", "readonly": true},
    "hostname": "web",
    "domainname": "example",
    "mounts": [{"destination": "/proc", "type": "proc", "source": "none", "options": ["ro"]},
               {"destination": "/b", "type": "", "source": "", "options": []}],
    "annotations": {"key": "value"},
    "linux": {
        "namespaces": [{"type": "pid", "path": ""}, {"type": "network", "path": "/run/netns/a"},
                       {"type": "mount", "path": ""}, {"type": "ipc", "path": ""}, {"type": "uts", "path": ""},
                       {"type": "user", "path": ""}, {"type": "cgroup", "path": ""}, {"type": "time", "path": ""}],
        "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
        "gidMappings": [{"containerID": 1, "hostID": 200000, "size": 2}],
        "devices": [{"type": "c", "path": "/dev/a", "major": 1, "minor": 2, "fileMode": 438, "uid": 3, "gid": 4},
                    {"type": "b", "path": "/dev/b", "major": 5, "minor": 6, "uid": 0, "gid": 0},
                    {"type": "p", "path": "/dev/p", "major": 0, "minor": 0, "uid": 0, "gid": 0}],
        "cgroupsPath": "/c",
        "sysctl": {"net.ipv4.ip_forward": "1"},
        "rootfsPropagation": "rslave",
        "maskedPaths": ["/proc/kcore"],
        "readonlyPaths": ["/proc/sys"]
    }
})";

RuntimeConfig parsed(std::string_view json)
{
    return parse_runtime_config(json).value();
}

TEST(ARuntimeConfig, IsWrittenAsItWasRead)
{
    EXPECT_EQ(Json::parse(to_json(parsed(full))), Json::parse(full));
}

TEST(ARuntimeConfig, GivesTheProcess)
{
    const Process process = parsed(full).process.value();
    EXPECT_TRUE(process.terminal);
    EXPECT_EQ(process.console_size.value().height, 25);
    EXPECT_EQ(process.console_size.value().width, 80);
    EXPECT_EQ(process.user.uid, 1U);
    EXPECT_EQ(process.user.gid, 2U);
    EXPECT_EQ(process.user.umask, 077U);
    EXPECT_EQ(process.user.additional_gids, (std::vector<std::uint32_t>{3, UINT32_MAX}));
    EXPECT_EQ(process.args, (Words{"sh", ""}));
    EXPECT_EQ(process.env, Words{"A=1"});
    EXPECT_EQ(process.cwd, "/srv");
    EXPECT_EQ(process.capabilities.value().permitted, Words{"CAP_D"});
    EXPECT_EQ(process.capabilities.value().ambient, Words{"CAP_E"});
    EXPECT_EQ(process.rlimits.at(0).hard, UINT64_MAX);
    EXPECT_TRUE(process.no_new_privileges);
    EXPECT_EQ(process.oom_score_adj, -500);
}

TEST(ARuntimeConfig, GivesWhatLinuxHasOfItsOwn)
{
    const Linux settings = parsed(full).linux;
    EXPECT_EQ(settings.namespaces.size(), 8U);
    EXPECT_EQ(find_namespace(settings, NamespaceType::network)->path, "/run/netns/a");
    EXPECT_EQ(settings.uid_mappings.at(0).host_id, 100000U);
    EXPECT_EQ(settings.gid_mappings.at(0).container_id, 1U);
    ASSERT_EQ(settings.devices.size(), 3U);
    EXPECT_EQ(settings.devices[0].file_mode, 0666U);
    EXPECT_EQ(settings.devices[1].type, DeviceType::block);
    EXPECT_FALSE(settings.devices[1].file_mode);
    EXPECT_EQ(settings.devices[2].type, DeviceType::fifo);
    EXPECT_EQ(settings.sysctl.at("net.ipv4.ip_forward"), "1");
    EXPECT_EQ(settings.masked_paths, Words{"/proc/kcore"});
}

TEST(ARuntimeConfig, MayBeEmpty)
{
    const RuntimeConfig config = parsed("{}");
    EXPECT_FALSE(config.process);
    EXPECT_EQ(config.root.path, "");
    EXPECT_TRUE(config.linux.namespaces.empty());
    EXPECT_EQ(find_namespace(config.linux, NamespaceType::pid), nullptr);
}

TEST(ARuntimeConfig, TakesNullForAbsent)
{
    const RuntimeConfig config = parsed(R"({"root": null, "mounts": null, "linux": {"devices": null},
        "process": {"args": ["sh"], "cwd": null, "user": {"umask": null}, "oomScoreAdj": null,
                    "capabilities": null, "rlimits": null}})");
    const Process& process = config.process.value();
    EXPECT_FALSE(process.user.umask);
    EXPECT_FALSE(process.oom_score_adj);
    EXPECT_FALSE(process.capabilities);
    EXPECT_EQ(process.cwd, "/");
    EXPECT_FALSE(parsed(R"({"process": null})").process);
}

TEST(ARuntimeConfig, TellsNoCapabilitiesFromAnEmptySet)
{
    EXPECT_FALSE(parsed(R"({"process": {"args": ["sh"]}})").process.value().capabilities);
    EXPECT_TRUE(parsed(R"({"process": {"args": ["sh"], "capabilities": {}}})").process.value().capabilities);
}

TEST(ARuntimeConfig, HasAConsoleSizeOnlyWithATerminal)
{
    const RuntimeConfig config =
        parsed(R"({"process": {"args": ["sh"], "consoleSize": {"height": 1, "width": 2}}})");
    EXPECT_FALSE(config.process.value().console_size);
}

TEST(ARuntimeConfig, PassesOverWhatItDoesNotKnow)
{
    EXPECT_TRUE(parse_runtime_config(R"({"windows": 1, "linux": {"intelRdt": []}})"));
}

TEST(ARuntimeConfig, KnowsTheOldWordForACharacterDevice)
{
    const RuntimeConfig config = parsed(R"({"linux": {"devices": [{"type": "u", "path": "/dev/a"}]}})");
    EXPECT_EQ(config.linux.devices.at(0).type, DeviceType::character);
}

TEST(ARuntimeConfig, WithTextThatIsNotUtf8IsNotWritten)
{
    RuntimeConfig config;
    config.hostname = "\xFF";
    EXPECT_FAILURE(to_json(config), ErrorCode::invalid_argument, "not UTF-8");
}

TEST(ANamespace, HasTheSpecificationsName)
{
    EXPECT_EQ(namespace_name(NamespaceType::network), "network");
    EXPECT_EQ(namespace_name(NamespaceType::time), "time");
}

} // namespace
} // namespace slipway::oci
