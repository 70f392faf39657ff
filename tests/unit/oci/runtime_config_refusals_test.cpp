// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration: every refusal, with the place in the document.
#include "oci/runtime_config.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

struct Refused {
    std::string json;
    std::string message;
};

class ARefusedRuntimeConfig : public ::testing::TestWithParam<Refused> {};

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
    ::testing::Values(Refused{"", "config.json: is not JSON"},
                      Refused{"{\"root\"", "config.json: is not JSON"},
                      Refused{"[]", "config.json: must be an object"},
                      Refused{R"({"ociVersion": 1})", "ociVersion: must be a string"},
                      Refused{R"({"root": "/"})", "root: must be an object"},
                      Refused{R"({"root": {"path": 1}})", "root.path: must be a string"},
                      Refused{R"({"root": {"readonly": "yes"}})", "root.readonly: must be true or false"},
                      Refused{R"({"hostname": []})", "hostname: must be a string"},
                      Refused{R"({"hostname": "a"})", "hostname: needs a UTS namespace of its own"},
                      Refused{R"({"domainname": "a"})", "domainname: needs a UTS namespace of its own"},
                      Refused{R"({"annotations": []})", "annotations: must be an object"},
                      Refused{R"({"annotations": {"a": 1}})", "annotations.a: must be a string"},
                      Refused{R"({"annotations": {"a\u0000": "1"}})",
                              "annotations: has a name with a NUL character"},
                      Refused{R"({"mounts": {}})", "mounts: must be an array"},
                      Refused{R"({"mounts": [1]})", "mounts[0]: must be an object"},
                      Refused{R"({"mounts": [{}]})", "mounts[0].destination: must be an absolute path"},
                      Refused{R"({"mounts": [{"destination": "/a"}, {"destination": "b"}]})",
                              "mounts[1].destination: must be an absolute path"},
                      Refused{R"({"mounts": [{"destination": "/a\u0000b"}]})",
                              "mounts[0].destination: must not have a NUL character"},
                      Refused{R"({"mounts": [{"destination": "/a", "options": ["ro", 1]}]})",
                              "mounts[0].options[1]: must be a string"}));

INSTANTIATE_TEST_SUITE_P(
    OfTheProcess, ARefusedRuntimeConfig,
    ::testing::Values(
        Refused{R"({"process": 1})", "process: must be an object"},
        Refused{R"({"process": {}})", "process.args: must name a program"},
        Refused{R"({"process": {"args": []}})", "process.args: must name a program"},
        Refused{R"({"process": {"args": "sh"}})", "process.args: must be an array"},
        Refused{R"({"process": {"args": ["sh", "-c", 1]}})", "process.args[2]: must be a string"},
        Refused{R"({"process": {"args": ["sh\u0000x"]}})", "process.args[0]: must not have a NUL character"},
        Refused{process(R"("terminal": 1)"), "process.terminal: must be true or false"},
        Refused{process(R"("terminal": true, "consoleSize": {"height": 65536})"),
                "process.consoleSize.height: is out of range"},
        Refused{process(R"("env": ["A=1", null])"), "process.env[1]: must be a string"},
        Refused{process(R"("cwd": "srv")"), "process.cwd: must be an absolute path"},
        Refused{process(R"("cwd": "")"), "process.cwd: must be an absolute path"},
        Refused{process(R"("user": 0)"), "process.user: must be an object"},
        Refused{process(R"("user": {"uid": -1})"), "process.user.uid: is out of range"},
        Refused{process(R"("user": {"gid": 4294967296})"), "process.user.gid: is out of range"},
        Refused{process(R"("user": {"uid": 1.5})"), "process.user.uid: must be a whole number"},
        Refused{process(R"("user": {"umask": "022"})"), "process.user.umask: must be a whole number"},
        Refused{process(R"("user": {"additionalGids": [1, 4294967296]})"),
                "process.user.additionalGids[1]: is out of range"},
        Refused{process(R"("user": {"additionalGids": [-1]})"),
                "process.user.additionalGids[0]: is out of range"},
        Refused{process(R"("capabilities": ["CAP_KILL"])"), "process.capabilities: must be an object"},
        Refused{process(R"("capabilities": {"ambient": [1]})"),
                "process.capabilities.ambient[0]: must be a string"},
        Refused{process(R"("rlimits": [{}])"), "process.rlimits[0].type: must name a limit"},
        Refused{process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 2, "hard": 1}])"),
                "process.rlimits[0].soft: is above the hard limit"},
        Refused{process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": -1}])"),
                "process.rlimits[0].soft: is out of range"},
        Refused{process(R"("rlimits": [{"type": "RLIMIT_CPU"}, {"type": "RLIMIT_CPU"}])"),
                "process.rlimits: two of the type RLIMIT_CPU"},
        Refused{process(R"("noNewPrivileges": "false")"), "process.noNewPrivileges: must be true or false"},
        Refused{process(R"("oomScoreAdj": 2147483648)"), "process.oomScoreAdj: is out of range"},
        Refused{process(R"("oomScoreAdj": -2147483649)"), "process.oomScoreAdj: is out of range"}));

INSTANTIATE_TEST_SUITE_P(
    OfLinux, ARefusedRuntimeConfig,
    ::testing::Values(
        Refused{R"({"linux": 1})", "linux: must be an object"},
        Refused{of_linux(R"("namespaces": {})"), "linux.namespaces: must be an array"},
        Refused{of_linux(R"("namespaces": [{}])"), "linux.namespaces[0].type: unknown namespace ''"},
        Refused{of_linux(R"("namespaces": [{"type": "pid"}, {"type": "net"}])"),
                "linux.namespaces[1].type: unknown namespace 'net'"},
        Refused{of_linux(R"("namespaces": [{"type": "pid", "path": 1}])"),
                "linux.namespaces[0].path: must be a string"},
        Refused{of_linux(R"("namespaces": [{"type": "pid"}, {"type": "pid"}])"),
                "linux.namespaces: two of the type pid"},
        Refused{of_linux(R"("uidMappings": [{"size": 1}])"), "linux.uidMappings: needs a user namespace"},
        Refused{of_linux(R"("gidMappings": [{"size": 1}])"), "linux.gidMappings: needs a user namespace"},
        Refused{of_linux(R"("uidMappings": [{"hostID": -1}])"),
                "linux.uidMappings[0].hostID: is out of range"},
        Refused{of_linux(R"("gidMappings": [{}, {"containerID": "0"}])"),
                "linux.gidMappings[1].containerID: must be a whole number"},
        Refused{of_linux(R"("devices": [{}])"), "linux.devices[0].type: unknown device type ''"},
        Refused{of_linux(R"("devices": [{"type": "c", "path": "dev/a"}])"),
                "linux.devices[0].path: must be an absolute path"},
        Refused{of_linux(R"("devices": [{"type": "c", "path": "/dev/a", "major": -1}])"),
                "linux.devices[0].major: is out of range"},
        Refused{of_linux(R"("cgroupsPath": 1)"), "linux.cgroupsPath: must be a string"},
        Refused{of_linux(R"("sysctl": {"a": 1})"), "linux.sysctl.a: must be a string"},
        Refused{of_linux(R"("rootfsPropagation": true)"), "linux.rootfsPropagation: must be a string"},
        Refused{of_linux(R"("maskedPaths": "/a")"), "linux.maskedPaths: must be an array"},
        Refused{of_linux(R"("readonlyPaths": [[]])"), "linux.readonlyPaths[0]: must be a string"}));

} // namespace
} // namespace slipway::oci
