// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration: read, written, and refused with the place of what is wrong.
#include "oci/runtime_config.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

constexpr std::string_view whole = R"({
  "ociVersion": "1.2.0", "hostname": "box", "root": {"path": "rootfs", "readonly": true},
  "process": {"terminal": true, "args": ["sh", "-c", "true"], "env": ["A=1"], "cwd": "/srv", "noNewPrivileges": true, "oomScoreAdj": -5,
    "user": {"uid": 1, "gid": 2, "additionalGids": [3, 4], "umask": 18},
    "capabilities": {"bounding": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"], "ambient": []},
    "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2}]},
  "mounts": [{"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]}],
  "annotations": {"k": "v"},
  "linux": {"namespaces": [{"type": "pid"}, {"type": "uts"}, {"type": "user"}, {"type": "network", "path": "/run/netns/x"}],
    "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 10}], "gidMappings": [{"containerID": 0, "hostID": 2000, "size": 10}],
    "sysctl": {"net.core.somaxconn": "1"}, "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "rootfsPropagation": "rslave"}})";

TEST(ARuntimeConfig, HasWhatTheDocumentSays)
{
    const RuntimeConfig config = parse_runtime_config(whole).value();
    ASSERT_TRUE(config.process);
    EXPECT_EQ(config.process->args.size(), 3U);
    EXPECT_EQ(config.process->user.umask, 18U);
    EXPECT_EQ(config.process->oom_score_adj, -5);
    EXPECT_EQ(config.linux.uid_mappings.at(0).host_id, 1000U);
    EXPECT_EQ(config.linux.gid_mappings.at(0).host_id, 2000U);
    EXPECT_EQ(find_namespace(config.linux, NamespaceType::network)->path, "/run/netns/x");
    EXPECT_EQ(find_namespace(config.linux, NamespaceType::mount), nullptr);
    EXPECT_TRUE(config.root.readonly);
}

TEST(ARuntimeConfig, IsTheSameAfterItWasWritten)
{
    const std::string once = to_json(parse_runtime_config(whole).value());
    EXPECT_EQ(to_json(parse_runtime_config(once).value()), once);
}

TEST(ARuntimeConfig, IsRefusedWithThePlaceOfWhatIsWrong)
{
    const std::pair<const char*, const char*> wrong[] = {
        {"nonsense", "config.json"},
        {"[]", "config.json"},
        {R"({"process": {"args": [], "cwd": "/"}})", "process.args"},
        {R"({"process": {"args": ["a"], "cwd": "relative"}})", "process.cwd"},
        {R"({"process": {"args": ["a"], "user": {"uid": -1}}})", "process.user.uid"},
        {R"({"process": {"args": ["a"], "user": {"uid": 4294967296}}})", "process.user.uid"},
        {R"({"process": {"args": ["a"], "terminal": "yes"}})", "process.terminal"},
        {R"({"mounts": [{"destination": "relative"}]})", "mounts[].destination"},
        {R"({"mounts": {}})", "mounts"},
        {R"({"linux": {"namespaces": [{"type": "space"}]}})", "linux.namespaces[].type"},
        {R"({"linux": {"namespaces": [{"type": "pid"}, {"type": "pid"}]}})", "linux.namespaces"},
        {R"({"hostname": "box"})", "hostname"},
    };
    for (const auto& [text, place] : wrong) {
        const Result<RuntimeConfig> result = parse_runtime_config(text);
        ASSERT_FALSE(result.has_value()) << text;
        EXPECT_EQ(result.failure().message().rfind(place, 0), 0U) << result.failure().message();
    }
}

TEST(ARuntimeConfig, OfWhatIsNoUtf8CannotBeWritten)
{
    RuntimeConfig config;
    config.hostname = "\xff";
    EXPECT_THROW(to_json(config), Failure);
}

} // namespace
} // namespace slipway::oci
