// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration: every refusal, with the place in the document.
#include "oci/runtime_config.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

struct RefusedConfig {
    std::string json;
    std::string message;
};

class ARefusedRuntimeConfig : public ::testing::TestWithParam<RefusedConfig> {};

TEST_P(ARefusedRuntimeConfig, SaysWhereAndWhy)
{
    const Result<RuntimeConfig> result = parse_runtime_config(GetParam().json);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(result.failure().message(), GetParam().message);
}

std::string process(const std::string& member)
{
    return R"({"process": {"args": ["sh"], )" + member + "}}";
}

std::string of_linux(const std::string& member)
{
    return R"({"linux": {)" + member + "}}";
}

INSTANTIATE_TEST_SUITE_P(
    OfTheWhole, ARefusedRuntimeConfig,
    ::testing::Values(
        RefusedConfig{"", "config.json: is not JSON"}, RefusedConfig{"{\"root\"", "config.json: is not JSON"},
        RefusedConfig{"[]", "config.json: must be an object"},
        RefusedConfig{R"({"ociVersion": 1})", "ociVersion: must be a string"},
        RefusedConfig{R"({"root": "/"})", "root: must be an object"},
        RefusedConfig{R"({"root": {"path": 1}})", "root.path: must be a string"},
        RefusedConfig{R"({"root": {"readonly": "yes"}})", "root.readonly: must be true or false"},
        RefusedConfig{R"({"hostname": []})", "hostname: must be a string"},
        RefusedConfig{R"({"hostname": "a"})", "hostname: needs a UTS namespace of its own"},
        RefusedConfig{R"({"domainname": "a"})", "domainname: needs a UTS namespace of its own"},
        RefusedConfig{R"({"annotations": []})", "annotations: must be an object"},
        RefusedConfig{R"({"annotations": {"a": 1}})", "annotations.a: must be a string"},
        RefusedConfig{R"({"annotations": {"a\u0000": "1"}})", "annotations: has a name with a NUL character"},
        RefusedConfig{R"({"mounts": {}})", "mounts: must be an array"},
        RefusedConfig{R"({"mounts": [1]})", "mounts[0]: must be an object"},
        RefusedConfig{R"({"mounts": [{}]})", "mounts[0].destination: must not be empty"},
        RefusedConfig{R"({"mounts": [{"destination": "/a", "uidMappings": [{"size": 1}]}]})",
                      "mounts[0].gidMappings: must be there, since the other one is"},
        RefusedConfig{R"({"hooks": {"prestart": [{"path": "a"}]}})",
                      "hooks.prestart[0].path: must be an absolute path"},
        RefusedConfig{R"({"hooks": {"poststop": [{"path": "/a", "timeout": 0}]}})",
                      "hooks.poststop[0].timeout: must be 1 second or more"},
        RefusedConfig{R"({"domainname": "a", "linux": {"namespaces": [{"type": "uts"}],
                                  "sysctl": {"kernel.domainname": "b"}}})",
                      "domainname: is 'a', but linux.sysctl.kernel.domainname is 'b'"},
        RefusedConfig{R"({"linux": {"namespaces": [{"type": "uts"}], "sysctl": {"kernel.hostname": "b"}}})",
                      "linux.sysctl.kernel.hostname: is what hostname is for"},
        RefusedConfig{R"({"mounts": [{"destination": "/a\u0000b"}]})",
                      "mounts[0].destination: must not have a NUL character"},
        RefusedConfig{R"({"mounts": [{"destination": "/a", "options": ["ro", 1]}]})",
                      "mounts[0].options[1]: must be a string"}));

INSTANTIATE_TEST_SUITE_P(
    OfTheProcess, ARefusedRuntimeConfig,
    ::testing::Values(
        RefusedConfig{R"({"process": 1})", "process: must be an object"},
        RefusedConfig{R"({"process": {}})", "process.args: must name a program"},
        RefusedConfig{R"({"process": {"args": []}})", "process.args: must name a program"},
        RefusedConfig{R"({"process": {"args": "sh"}})", "process.args: must be an array"},
        RefusedConfig{R"({"process": {"args": ["sh", "-c", 1]}})", "process.args[2]: must be a string"},
        RefusedConfig{R"({"process": {"args": ["sh\u0000x"]}})",
                      "process.args[0]: must not have a NUL character"},
        RefusedConfig{process(R"("terminal": 1)"), "process.terminal: must be true or false"},
        RefusedConfig{process(R"("terminal": true, "consoleSize": {"height": 65536})"),
                      "process.consoleSize.height: is out of range"},
        RefusedConfig{process(R"("env": ["A=1", null])"), "process.env[1]: must be a string"},
        RefusedConfig{process(R"("cwd": "srv")"), "process.cwd: must be an absolute path"},
        RefusedConfig{process(R"("cwd": "")"), "process.cwd: must be an absolute path"},
        RefusedConfig{process(R"("user": 0)"), "process.user: must be an object"},
        RefusedConfig{process(R"("user": {"uid": -1})"), "process.user.uid: is out of range"},
        RefusedConfig{process(R"("user": {"gid": 4294967296})"), "process.user.gid: is out of range"},
        RefusedConfig{process(R"("user": {"uid": 1.5})"), "process.user.uid: must be a whole number"},
        RefusedConfig{process(R"("user": {"umask": "022"})"), "process.user.umask: must be a whole number"},
        RefusedConfig{process(R"("user": {"additionalGids": [1, 4294967296]})"),
                      "process.user.additionalGids[1]: is out of range"},
        RefusedConfig{process(R"("user": {"additionalGids": [-1]})"),
                      "process.user.additionalGids[0]: is out of range"},
        RefusedConfig{process(R"("capabilities": ["CAP_KILL"])"), "process.capabilities: must be an object"},
        RefusedConfig{process(R"("capabilities": {"ambient": [1]})"),
                      "process.capabilities.ambient[0]: must be a string"},
        RefusedConfig{process(R"("rlimits": [{}])"), "process.rlimits[0].type: must name a limit"},
        RefusedConfig{process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 2, "hard": 1}])"),
                      "process.rlimits[0].soft: is above the hard limit"},
        RefusedConfig{process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": -1}])"),
                      "process.rlimits[0].soft: is out of range"},
        RefusedConfig{process(R"("rlimits": [{"type": "RLIMIT_CPU"}, {"type": "RLIMIT_CPU"}])"),
                      "process.rlimits: two of the type RLIMIT_CPU"},
        RefusedConfig{process(R"("noNewPrivileges": "false")"),
                      "process.noNewPrivileges: must be true or false"},
        RefusedConfig{process(R"("oomScoreAdj": 2147483648)"), "process.oomScoreAdj: is out of range"},
        RefusedConfig{process(R"("oomScoreAdj": -1001)"), "process.oomScoreAdj: must be from -1000 to 1000"},
        RefusedConfig{process(R"("scheduler": {})"), "process.scheduler.policy: is missing"},
        RefusedConfig{process(R"("scheduler": {"policy": "SCHED_X"})"),
                      "process.scheduler.policy: unknown scheduling policy 'SCHED_X'"},
        RefusedConfig{process(R"("scheduler": {"policy": "SCHED_OTHER", "nice": 20})"),
                      "process.scheduler.nice: must be from -20 to 19"},
        RefusedConfig{process(R"("scheduler": {"policy": "SCHED_OTHER", "priority": 1})"),
                      "process.scheduler.priority: is for SCHED_FIFO and SCHED_RR"},
        RefusedConfig{process(R"("scheduler": {"policy": "SCHED_RR", "priority": 100})"),
                      "process.scheduler.priority: must be from 1 to 99"},
        RefusedConfig{process(R"("scheduler": {"policy": "SCHED_RR", "runtime": 1})"),
                      "process.scheduler.runtime: is for SCHED_DEADLINE"},
        RefusedConfig{process(R"("ioPriority": {"class": "IOPRIO_CLASS_RT", "priority": 8})"),
                      "process.ioPriority.priority: must be from 0 to 7"},
        RefusedConfig{process(R"("execCPUAffinity": {"initial": "x"})"),
                      "process.execCPUAffinity.initial: is no list such as \"0-2,7\": 'x'"}));

INSTANTIATE_TEST_SUITE_P(
    OfLinux, ARefusedRuntimeConfig,
    ::testing::Values(
        RefusedConfig{R"({"linux": 1})", "linux: must be an object"},
        RefusedConfig{of_linux(R"("namespaces": {})"), "linux.namespaces: must be an array"},
        RefusedConfig{of_linux(R"("namespaces": [{}])"), "linux.namespaces[0].type: is missing"},
        RefusedConfig{of_linux(R"("namespaces": [{"type": "pid"}, {"type": "net"}])"),
                      "linux.namespaces[1].type: unknown namespace 'net'"},
        RefusedConfig{of_linux(R"("namespaces": [{"type": "pid", "path": 1}])"),
                      "linux.namespaces[0].path: must be a string"},
        RefusedConfig{of_linux(R"("namespaces": [{"type": "pid"}, {"type": "pid"}])"),
                      "linux.namespaces: two of the type pid"},
        RefusedConfig{of_linux(R"("uidMappings": [{"size": 1}])"),
                      "linux.uidMappings: needs a user namespace"},
        RefusedConfig{of_linux(R"("gidMappings": [{"size": 1}])"),
                      "linux.gidMappings: needs a user namespace"},
        RefusedConfig{of_linux(R"("uidMappings": [{"hostID": -1}])"),
                      "linux.uidMappings[0].hostID: is out of range"},
        RefusedConfig{of_linux(R"("gidMappings": [{}, {"containerID": "0"}])"),
                      "linux.gidMappings[1].containerID: must be a whole number"},
        RefusedConfig{of_linux(R"("devices": [{}])"), "linux.devices[0].type: is missing"},
        RefusedConfig{of_linux(R"("devices": [{"type": "c", "path": "dev/a"}])"),
                      "linux.devices[0].path: must be an absolute path"},
        RefusedConfig{of_linux(R"("devices": [{"type": "c", "path": "/dev/a", "major": -1}])"),
                      "linux.devices[0].major: is out of range"},
        RefusedConfig{of_linux(R"("cgroupsPath": 1)"), "linux.cgroupsPath: must be a string"},
        RefusedConfig{of_linux(R"("sysctl": {"a": 1})"), "linux.sysctl.a: must be a string"},
        RefusedConfig{
            of_linux(R"("sysctl": {"vm.swappiness": "1"})"),
            "linux.sysctl.vm.swappiness: is none of a namespace's, and would be set for the whole host"},
        RefusedConfig{of_linux(R"("sysctl": {"net.ipv4.ip_forward": "1"})"),
                      "linux.sysctl.net.ipv4.ip_forward: needs a namespace of its own: network"},
        RefusedConfig{of_linux(R"("sysctl": {"kernel/msgmax": "1"})"),
                      "linux.sysctl.kernel/msgmax: needs a namespace of its own: ipc"},
        RefusedConfig{of_linux(R"("namespaces": [{"type": "user"}])"),
                      "linux.uidMappings: a new user namespace needs one"},
        RefusedConfig{of_linux(R"("namespaces": [{"type": "user"}], "uidMappings": [{"size": 0}])"),
                      "linux.uidMappings[0].size: must be 1 or more"},
        RefusedConfig{of_linux(R"("timeOffsets": {"realtime": {"secs": 1}})"),
                      "linux.timeOffsets.realtime: unknown clock; there are monotonic and boottime"},
        RefusedConfig{of_linux(R"("timeOffsets": {"monotonic": {"secs": 1}})"),
                      "linux.timeOffsets.monotonic: needs a new time namespace"},
        RefusedConfig{of_linux(R"("timeOffsets": {"monotonic": {"nanosecs": 1000000000}})"),
                      "linux.timeOffsets.monotonic.nanosecs: must be below a second"},
        RefusedConfig{of_linux(R"("rootfsPropagation": "both")"),
                      "linux.rootfsPropagation: unknown propagation 'both'"},
        RefusedConfig{of_linux(R"("personality": {"domain": "BSD"})"),
                      "linux.personality.domain: unknown personality 'BSD'"},
        RefusedConfig{of_linux(R"("personality": {"domain": "LINUX", "flags": ["X"]})"),
                      "linux.personality.flags[0]: unknown flag 'X'"},
        RefusedConfig{of_linux(R"("rootfsPropagation": true)"), "linux.rootfsPropagation: must be a string"},
        RefusedConfig{of_linux(R"("maskedPaths": "/a")"), "linux.maskedPaths: must be an array"},
        RefusedConfig{of_linux(R"("readonlyPaths": [[]])"), "linux.readonlyPaths[0]: must be a string"}));

std::string resources(const std::string& member)
{
    return of_linux(R"("resources": {)" + member + "}");
}

INSTANTIATE_TEST_SUITE_P(
    OfResources, ARefusedRuntimeConfig,
    ::testing::Values(
        RefusedConfig{resources(R"("devices": [{"access": "x"}])"),
                      "linux.resources.devices[0].access: is made of r, w and m"},
        RefusedConfig{resources(R"("devices": [{"type": "x"}])"),
                      "linux.resources.devices[0].type: unknown device type 'x'"},
        RefusedConfig{resources(R"("devices": [{"major": -2}])"),
                      "linux.resources.devices[0].major: is out of range"},
        RefusedConfig{resources(R"("memory": {"limit": "1"})"),
                      "linux.resources.memory.limit: must be a whole number"},
        RefusedConfig{resources(R"("memory": {"limit": -2})"),
                      "linux.resources.memory.limit: must be a size, or -1 for no limit"},
        RefusedConfig{
            resources(R"("memory": {"limit": 2, "swap": 1})"),
            "linux.resources.memory.swap: is memory and swap together, and must not be below limit"},
        RefusedConfig{resources(R"("memory": {"swap": 1})"),
                      "linux.resources.memory.swap: needs a limit, which it is to contain"},
        RefusedConfig{resources(R"("memory": {"swappiness": 101})"),
                      "linux.resources.memory.swappiness: must be from 0 to 100"},
        RefusedConfig{resources(R"("cpu": {"shares": 1})"),
                      "linux.resources.cpu.shares: must be from 2 to 262144"},
        RefusedConfig{resources(R"("cpu": {"quota": -2})"),
                      "linux.resources.cpu.quota: must be microseconds, or -1 for no limit"},
        RefusedConfig{resources(R"("cpu": {"idle": 2})"), "linux.resources.cpu.idle: must be 0 or 1"},
        RefusedConfig{resources(R"("cpu": {"cpus": "0-"})"),
                      "linux.resources.cpu.cpus: is no list such as \"0-2,7\": '0-'"},
        RefusedConfig{resources(R"("blockIO": {"weight": 9})"),
                      "linux.resources.blockIO.weight: must be from 10 to 1000"},
        RefusedConfig{resources(R"("blockIO": {"weightDevice": [{"weight": 1001}]})"),
                      "linux.resources.blockIO.weightDevice[0].weight: must be from 10 to 1000"},
        RefusedConfig{resources(R"("hugepageLimits": [{"pageSize": "2/B"}])"),
                      "linux.resources.hugepageLimits[0].pageSize: is no size such as 2MB"},
        RefusedConfig{resources(R"("network": {"priorities": [{"name": "a b"}]})"),
                      "linux.resources.network.priorities[0].name: is no interface's name"},
        RefusedConfig{resources(R"("rdma": {"a b": {}})"),
                      "linux.resources.rdma: has a name that is no device's"},
        RefusedConfig{resources(R"("unified": {"a/b.c": "1"})"),
                      "linux.resources.unified.a/b.c: is no file of a cgroup"},
        RefusedConfig{
            resources(R"("unified": {"memory": "1"})"),
            "linux.resources.unified.memory: the specified key has not the form CONTROLLER.VALUE `memory`"}));

std::string seccomp(const std::string& member)
{
    return of_linux(R"("seccomp": {"defaultAction": "SCMP_ACT_ALLOW")" + member + "}");
}

INSTANTIATE_TEST_SUITE_P(
    OfSeccomp, ARefusedRuntimeConfig,
    ::testing::Values(
        RefusedConfig{of_linux(R"("seccomp": {})"), "linux.seccomp.defaultAction: is missing"},
        RefusedConfig{
            of_linux(R"("seccomp": {"defaultAction": "SCMP_ACT_NOTIFY"})"),
            "linux.seccomp.defaultAction: must not be SCMP_ACT_NOTIFY, since the listener itself needs "
            "calls"},
        RefusedConfig{seccomp(R"(, "defaultErrnoRet": 1)"),
                      "linux.seccomp.defaultErrnoRet: is for SCMP_ACT_ERRNO and SCMP_ACT_TRACE"},
        RefusedConfig{seccomp(R"(, "architectures": ["SCMP_ARCH_Z80"])"),
                      "linux.seccomp.architectures[0]: unknown architecture 'SCMP_ARCH_Z80'"},
        RefusedConfig{seccomp(R"(, "flags": ["X"])"), "linux.seccomp.flags[0]: unknown flag 'X'"},
        RefusedConfig{seccomp(R"(, "listenerMetadata": "m")"),
                      "linux.seccomp.listenerMetadata: needs a listenerPath"},
        RefusedConfig{seccomp(R"(, "syscalls": [{"names": [], "action": "SCMP_ACT_ALLOW"}])"),
                      "linux.seccomp.syscalls[0].names: must name a system call"},
        RefusedConfig{seccomp(R"(, "syscalls": [{"names": ["a"]}])"),
                      "linux.seccomp.syscalls[0].action: is missing"},
        RefusedConfig{
            seccomp(R"(, "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ALLOW", "errnoRet": 1}])"),
            "linux.seccomp.syscalls[0].errnoRet: is for SCMP_ACT_ERRNO and SCMP_ACT_TRACE"},
        RefusedConfig{seccomp(R"(, "syscalls": [{"names": ["a"], "action": "SCMP_ACT_NOTIFY"}])"),
                      "linux.seccomp.syscalls[0].action: needs a listenerPath"},
        RefusedConfig{
            seccomp(
                R"(, "listenerPath": "/l", "syscalls": [{"names": ["write"], "action": "SCMP_ACT_NOTIFY"}])"),
            "linux.seccomp.syscalls[0].names: write cannot be notified of: the listener is handed over with "
            "it"},
        RefusedConfig{
            seccomp(
                R"(, "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 6, "op": "SCMP_CMP_EQ"}]}])"),
            "linux.seccomp.syscalls[0].args[0].index: must be from 0 to 5"},
        RefusedConfig{
            seccomp(R"(, "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [{"op": "="}]}])"),
            "linux.seccomp.syscalls[0].args[0].op: unknown operator '='"}));

} // namespace
} // namespace slipway::oci
