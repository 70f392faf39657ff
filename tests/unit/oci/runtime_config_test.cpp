// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration: what is read from it, and that it is read as it was written.
#include "base/json.hpp"
#include "oci/cpu_list.hpp"
#include "oci/runtime_config.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {
using Words = std::vector<std::string>;

// Every member that the structs know, none with its default.
constexpr std::string_view full_config = R"({
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
        "oomScoreAdj": -500,
        "scheduler": {"policy": "SCHED_DEADLINE", "nice": 3, "flags": ["SCHED_FLAG_RESET_ON_FORK"],
                      "runtime": 1, "deadline": 2, "period": 3},
        "ioPriority": {"class": "IOPRIO_CLASS_RT", "priority": 4},
        "execCPUAffinity": {"initial": "0-3,7", "final": "1"},
        "apparmorProfile": "a",
        "selinuxLabel": "s"
    },
    "root": {"path": "rootfs", "readonly": true},
    "hostname": "web",
    "domainname": "example",
    "mounts": [{"destination": "/proc", "type": "proc", "source": "none", "options": ["ro"]},
               {"destination": "b", "uidMappings": [{"containerID": 0, "hostID": 1, "size": 2}],
                "gidMappings": [{"containerID": 3, "hostID": 4, "size": 5}]}],
    "annotations": {"key": "value"},
    "hooks": {
        "prestart": [{"path": "/a", "args": ["a", "b"], "env": ["C=d"], "timeout": 5}],
        "createRuntime": [{"path": "/b", "env": []}],
        "createContainer": [{"path": "/c"}],
        "startContainer": [{"path": "/d"}],
        "poststart": [{"path": "/e"}],
        "poststop": [{"path": "/f"}]
    },
    "linux": {
        "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/a"}, {"type": "mount"},
                       {"type": "ipc"}, {"type": "uts"}, {"type": "user"}, {"type": "cgroup"}, {"type": "time"}],
        "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
        "gidMappings": [{"containerID": 1, "hostID": 200000, "size": 2}],
        "timeOffsets": {"monotonic": {"secs": -1, "nanosecs": 5}},
        "devices": [{"type": "c", "path": "/dev/a", "major": 1, "minor": 2, "fileMode": 438, "uid": 3, "gid": 4},
                    {"type": "b", "path": "/dev/b", "major": 5, "minor": 6, "uid": 0, "gid": 0},
                    {"type": "p", "path": "/dev/p", "major": 0, "minor": 0, "uid": 0, "gid": 0}],
        "cgroupsPath": "/c",
        "resources": {
            "devices": [{"allow": true, "type": "c", "major": 1, "minor": -1, "access": "rwm"}],
            "memory": {"limit": 100, "reservation": -1, "swap": 200, "kernel": 1, "kernelTCP": 2, "swappiness": 60,
                       "disableOOMKiller": false, "useHierarchy": true, "checkBeforeUpdate": true},
            "cpu": {"shares": 1024, "quota": -1, "burst": 5, "period": 100000, "realtimeRuntime": 1,
                    "realtimePeriod": 2, "cpus": "0-1", "mems": "0", "idle": 1},
            "pids": {"limit": 10},
            "blockIO": {"weight": 10, "leafWeight": 1000,
                        "weightDevice": [{"major": 8, "minor": 0, "weight": 500, "leafWeight": 300}],
                        "throttleReadBpsDevice": [{"major": 8, "minor": 1, "rate": 600}],
                        "throttleWriteBpsDevice": [{"major": 8, "minor": 2, "rate": 601}],
                        "throttleReadIOPSDevice": [{"major": 8, "minor": 3, "rate": 602}],
                        "throttleWriteIOPSDevice": [{"major": 8, "minor": 4, "rate": 603}]},
            "hugepageLimits": [{"pageSize": "2MB", "limit": 4}],
            "network": {"classID": 1, "priorities": [{"name": "eth0", "priority": 500}]},
            "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}},
            "unified": {"memory.high": "1"}
        },
        "intelRdt": {"closID": "guaranteed", "schemata": ["L3:0=7f0"], "l3CacheSchema": "a", "memBwSchema": "b",
                     "enableMonitoring": true},
        "sysctl": {"net.ipv4.ip_forward": "1"},
        "seccomp": {
            "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64"],
            "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/l", "listenerMetadata": "m",
            "syscalls": [{"names": ["chown"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                          "args": [{"index": 1, "value": 2, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"}]}]
        },
        "rootfsPropagation": "rslave",
        "maskedPaths": ["/proc/kcore"],
        "readonlyPaths": ["/proc/sys"],
        "mountLabel": "l",
        "personality": {"domain": "LINUX32"}
    }
})";

RuntimeConfig parsed_config(std::string_view json)
{
    return parse_runtime_config(json).value();
}

TEST(ARuntimeConfig, IsWrittenAsItWasRead)
{
    EXPECT_EQ(parse_json(to_json(parsed_config(full_config))), parse_json(full_config));
}

TEST(ARuntimeConfig, GivesTheProcess)
{
    const Process process = parsed_config(full_config).process.value();
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
    const Linux settings = parsed_config(full_config).linux;
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
    const RuntimeConfig config = parsed_config("{}");
    EXPECT_FALSE(config.process);
    EXPECT_EQ(config.root.path, "");
    EXPECT_TRUE(config.linux.namespaces.empty());
    EXPECT_EQ(find_namespace(config.linux, NamespaceType::pid), nullptr);
}

TEST(ARuntimeConfig, TakesNullForAbsent)
{
    const RuntimeConfig config = parsed_config(R"({"root": null, "mounts": null, "linux": {"devices": null},
        "process": {"args": ["sh"], "cwd": null, "user": {"umask": null}, "oomScoreAdj": null,
                    "capabilities": null, "rlimits": null}})");
    const Process& process = config.process.value();
    EXPECT_FALSE(process.user.umask);
    EXPECT_FALSE(process.oom_score_adj);
    EXPECT_FALSE(process.capabilities);
    EXPECT_EQ(process.cwd, "/");
    EXPECT_FALSE(parsed_config(R"({"process": null})").process);
}

TEST(ARuntimeConfig, TellsNoCapabilitiesFromAnEmptySet)
{
    EXPECT_FALSE(parsed_config(R"({"process": {"args": ["sh"]}})").process.value().capabilities);
    EXPECT_TRUE(
        parsed_config(R"({"process": {"args": ["sh"], "capabilities": {}}})").process.value().capabilities);
}

TEST(ARuntimeConfig, HasAConsoleSizeOnlyWithATerminal)
{
    const RuntimeConfig config =
        parsed_config(R"({"process": {"args": ["sh"], "consoleSize": {"height": 1, "width": 2}}})");
    EXPECT_FALSE(config.process.value().console_size);
}

TEST(ARuntimeConfig, PassesOverWhatItDoesNotKnow)
{
    EXPECT_TRUE(parse_runtime_config(R"({"windows": 1, "linux": {"memoryPolicy": []}})"));
}

TEST(ARuntimeConfig, TellsAHookWithoutAnEnvironmentFromOneThatInheritsIts)
{
    const Hooks hooks = parsed_config(full_config).hooks;
    EXPECT_TRUE(hooks.create_runtime.at(0).env.value().empty());
    EXPECT_FALSE(hooks.create_container.at(0).env);
}

TEST(AProcess, IsReadAlone)
{
    EXPECT_EQ(parse_process(R"({"args": ["sh"]})").value().args, Words{"sh"});
    EXPECT_EQ(parse_process(R"({"args": [], "cwd": "/"})").failure().message(),
              "process.args: must name a program");
}

TEST(Resources, AreReadAlone)
{
    EXPECT_EQ(parse_resources(R"({"memory": {"limit": 7}})").value().memory.value().limit, 7);
    EXPECT_EQ(parse_resources(R"({"memory": {"limit": "7"}})").failure().message(),
              "linux.resources.memory.limit: must be a whole number");
}

TEST(ACpuList, HasNumbersAndRanges)
{
    EXPECT_EQ(parse_cpu_list("0-2,7").value(), (std::vector<unsigned>{0, 1, 2, 7}));
    for (const char* text : {"", ",", "1,", "a", "2-1", "1-", "-1", "8192", "0-99999999999", " 1", "1-2-3"})
        EXPECT_FALSE(parse_cpu_list(text)) << text;
}

TEST(ARuntimeConfig, KnowsTheOldWordForACharacterDevice)
{
    const RuntimeConfig config =
        parsed_config(R"({"linux": {"devices": [{"type": "u", "path": "/dev/a"}]}})");
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
