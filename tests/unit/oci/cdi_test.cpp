// SPDX-License-Identifier: LGPL-2.1-or-later
// CDI specifications and names: what is read, and every refusal with its place.
#include "base/file.hpp"
#include "oci/cdi_name.hpp"
#include "oci/cdi_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci::cdi {
namespace {

using ::testing::ElementsAre;

TEST(ACdiName, IsAKindAndADevice)
{
    const Name name = parse_name("vendor.com/class=gpu-0:1").value();
    EXPECT_EQ(name.kind, "vendor.com/class");
    EXPECT_EQ(name.device, "gpu-0:1");
    EXPECT_EQ(name.text(), "vendor.com/class=gpu-0:1");
    for (const char* good : {"v/c=d", "Vendor_x.y-z/Net.card_1=0", "a1/b2=MIG-1:2"})
        EXPECT_TRUE(parse_name(good)) << good;
    for (const char* bad :
         {"",        "=",       "v/c",     "v/c=",      "v=d",      "/c=d",        "v/=d",
          "1v/c=d",  "v/1c=d",  "v-/c=d",  "v/c.=d",    "v/c=-d",   "v/c=d:",      "v/c/e=d",
          "v/c=d/e", "v c/d=e", "v/c=d=e", "/dev/null", "/dev/x=y", "v/\xC3\xA4=d"})
        EXPECT_FALSE(parse_name(bad)) << bad;
}

TEST(ACdiSpecification, IsReadFromJson)
{
    const Spec spec = parse_spec(R"({"cdiVersion": "0.7.0", "kind": "vendor.com/card", "devices": [
        {"name": "one", "containerEdits": {
            "env": ["A=1"],
            "deviceNodes": [{"path": "/dev/card", "hostPath": "/dev/null", "type": "c", "major": 1, "minor": 3,
                             "fileMode": 432, "permissions": "rw", "uid": 5, "gid": 6}],
            "mounts": [{"hostPath": "/a", "containerPath": "/b", "options": ["ro"], "type": "bind"}],
            "hooks": [{"hookName": "createContainer", "path": "/bin/x", "args": ["x", "y"], "env": ["E=f"],
                       "timeout": 3}],
            "intelRdt": {"closID": "c"}, "additionalGids": [7]}}],
        "containerEdits": {"env": ["B=2"], "additionalGIDs": [8]}})",
                                 Format::json)
                          .value();
    EXPECT_EQ(spec.kind, "vendor.com/card");
    ASSERT_EQ(spec.devices.size(), 1U);
    const ContainerEdits& edits = spec.devices[0].container_edits;
    EXPECT_THAT(edits.env, ElementsAre("A=1"));
    ASSERT_EQ(edits.device_nodes.size(), 1U);
    const DeviceNode& node = edits.device_nodes[0];
    EXPECT_EQ(node.path, "/dev/card");
    EXPECT_EQ(node.host_path, "/dev/null");
    EXPECT_EQ(node.type, DeviceType::character);
    EXPECT_EQ(node.major, 1U);
    EXPECT_EQ(node.minor, 3U);
    EXPECT_EQ(node.file_mode, 0660U);
    EXPECT_EQ(node.permissions, "rw");
    EXPECT_EQ(node.uid, 5U);
    EXPECT_EQ(node.gid, 6U);
    ASSERT_EQ(edits.mounts.size(), 1U);
    EXPECT_EQ(edits.mounts[0].host_path, "/a");
    EXPECT_EQ(edits.mounts[0].container_path, "/b");
    EXPECT_THAT(edits.mounts[0].options, ElementsAre("ro"));
    ASSERT_EQ(edits.hooks.size(), 1U);
    EXPECT_EQ(edits.hooks[0].hook_name, HookName::create_container);
    EXPECT_THAT(edits.hooks[0].args, ElementsAre("x", "y"));
    EXPECT_EQ(edits.hooks[0].timeout, 3);
    EXPECT_EQ(edits.intel_rdt.value().clos_id, "c");
    EXPECT_THAT(edits.additional_gids, ElementsAre(7));
    EXPECT_THAT(spec.container_edits.additional_gids, ElementsAre(8));
}

TEST(ACdiSpecification, IsReadFromYaml)
{
    const Spec spec = parse_spec("cdiVersion: 0.5.0\nkind: vendor.com/card\ndevices:\n"
                                 "- name: 0\n  containerEdits:\n    deviceNodes:\n"
                                 "    - {path: /dev/card0, fileMode: 0640, major: 0x10}\n"
                                 "- name: no\n  containerEdits: {env: [A=1]}\n",
                                 Format::yaml)
                          .value();
    ASSERT_EQ(spec.devices.size(), 2U);
    EXPECT_EQ(spec.devices[0].name, "0");
    EXPECT_EQ(spec.devices[0].container_edits.device_nodes.at(0).file_mode, 0640U);
    EXPECT_EQ(spec.devices[0].container_edits.device_nodes.at(0).major, 16U);
    EXPECT_EQ(spec.devices[1].name, "no");
}

std::string spec_with(const std::string& edits, const std::string& version = "1.1.0")
{
    return R"({"cdiVersion": ")" + version +
           R"(", "kind": "v.com/c", "devices": [{"name": "d", "containerEdits": {)" + edits + "}}]}";
}

std::string refusal_of(const std::string& text, Format format = Format::json)
{
    const Result<Spec> result = parse_spec(text, format);
    return result ? "is read" : result.failure().message();
}

TEST(ACdiSpecification, IsRefusedWithThePlace)
{
    const std::string edits = "devices[0].containerEdits.";
    EXPECT_EQ(refusal_of("nonsense"), "is no JSON object");
    EXPECT_EQ(refusal_of("[]"), "is no JSON object");
    EXPECT_EQ(refusal_of("- a", Format::yaml), "is no mapping");
    EXPECT_EQ(refusal_of("{}"), "cdiVersion: unknown version ''; there are 0.3.0 to 1.1.0");
    EXPECT_EQ(refusal_of(spec_with(R"("env": ["A=1"])", "2.0.0")),
              "cdiVersion: unknown version '2.0.0'; there are 0.3.0 to 1.1.0");
    EXPECT_EQ(refusal_of(R"({"cdiVersion": "1.0.0", "kind": "c", "devices": []})"),
              "kind: 'c' is no kind (vendor.com/class)");
    EXPECT_EQ(refusal_of(R"({"cdiVersion": "1.0.0", "kind": "v/c", "devices": []})"),
              "devices: must name a device");
    EXPECT_EQ(refusal_of(R"({"cdiVersion": "1.0.0", "kind": "v/c", "devices": [{"name": "-"}]})"),
              "devices[0].name: '-' is no device name (letters, digits, '_', '-', '.' and ':', the first and "
              "the last a letter or digit)");
    EXPECT_EQ(refusal_of(spec_with("")), "devices[0].containerEdits: must not be empty");
    EXPECT_EQ(refusal_of(R"({"cdiVersion": "1.0.0", "kind": "v/c", "devices": [
                {"name": "d", "containerEdits": {"env": ["A=1"]}}, {"name": "d", "containerEdits": {"env": ["A=1"]}}]})"),
              "devices[1].name: two of the name d");
    EXPECT_EQ(refusal_of(spec_with(R"("env": ["A"])")), edits + "env[0]: is no variable (NAME=value)");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{}])")),
              edits + "deviceNodes[0].path: must be an absolute path");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{"path": "/d", "type": "x"}])")),
              edits + "deviceNodes[0].type: unknown device type 'x'");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{"path": "/d", "permissions": "rx"}])")),
              edits + "deviceNodes[0].permissions: is made of r, w and m");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{"path": "/d", "major": -1}])")),
              edits + "deviceNodes[0].major: is out of range");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{"path": "/d", "fileMode": 4096}])")),
              edits + "deviceNodes[0].fileMode: must be from 0 to 4095 (07777)");
    EXPECT_EQ(refusal_of(spec_with(R"("mounts": [{"containerPath": "/a"}])")),
              edits + "mounts[0].hostPath: must not be empty");
    EXPECT_EQ(refusal_of(spec_with(R"("mounts": [{"hostPath": "/a", "containerPath": "a"}])")),
              edits + "mounts[0].containerPath: must be an absolute path");
    EXPECT_EQ(refusal_of(spec_with(R"("hooks": [{"path": "/a"}])")), edits + "hooks[0].hookName: is missing");
    EXPECT_EQ(refusal_of(spec_with(R"("hooks": [{"hookName": "prepare", "path": "/a"}])")),
              edits + "hooks[0].hookName: unknown hook 'prepare'");
    EXPECT_EQ(refusal_of(spec_with(R"("hooks": [{"hookName": "poststop", "path": "a"}])")),
              edits + "hooks[0].path: must be an absolute path");
    EXPECT_EQ(refusal_of(spec_with(R"("hooks": [{"hookName": "poststop", "path": "/a", "timeout": 0}])")),
              edits + "hooks[0].timeout: must be 1 second or more");
    EXPECT_EQ(refusal_of(spec_with(R"("intelRdt": {"closID": "../x"})")),
              edits + "intelRdt.closID: is no name of a directory");
    EXPECT_EQ(refusal_of("cdiVersion: 1.0.0\nkind: v/c\ndevices:\n- {name: d, containerEdits: {deviceNodes: "
                         "[{path: /d, major: x}]}}\n",
                         Format::yaml),
              edits + "deviceNodes[0].major: must be a whole number");
}

TEST(ACdiSpecification, HasNoUnknownMembers)
{
    EXPECT_EQ(refusal_of(spec_with(R"("env": ["A=1"], "mount": [])")),
              "devices[0].containerEdits.mount: unknown member");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{"path": "/d"}, {"path": "/e", "mode": 1}])")),
              "devices[0].containerEdits.deviceNodes[1].mode: unknown member");
    EXPECT_EQ(refusal_of(R"({"cdiVersion": "1.0.0", "kind": "v/c", "containerSpec": {}, "devices": [
                {"name": "d", "containerEdits": {"env": ["A=1"]}}]})"),
              "containerSpec: unknown member");
}

TEST(ACdiSpecification, UsesNothingThatIsNewerThanItself)
{
    EXPECT_EQ(refusal_of(spec_with(R"("additionalGids": [1])", "0.6.0")),
              "devices[0].containerEdits.additionalGids: is of CDI 0.7.0, but cdiVersion is 0.6.0");
    EXPECT_EQ(refusal_of(spec_with(R"("netDevices": [{"hostInterfaceName": "e", "name": "f"}])", "1.0.0")),
              "devices[0].containerEdits.netDevices: is of CDI 1.1.0, but cdiVersion is 1.0.0");
    EXPECT_EQ(refusal_of(spec_with(R"("deviceNodes": [{"path": "/d", "hostPath": "/e"}])", "0.4.0")),
              "devices[0].containerEdits.deviceNodes[0].hostPath: is of CDI 0.5.0, but cdiVersion is 0.4.0");
    EXPECT_EQ(refusal_of(spec_with(R"("mounts": [{"hostPath": "/d", "containerPath": "/e", "type": "bind"}])",
                                   "0.3.0")),
              "devices[0].containerEdits.mounts[0].type: is of CDI 0.4.0, but cdiVersion is 0.3.0");
    EXPECT_EQ(refusal_of(spec_with(R"("env": ["A=1"])", "0.3.0")), "is read");
}

} // namespace
} // namespace slipway::oci::cdi
