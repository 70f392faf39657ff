// SPDX-License-Identifier: LGPL-2.1-or-later
// CDI devices of a host: which file counts, and what is added to a container.
#include "engine/container/cdi.hpp"
#include "engine/container/settings.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace slipway::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Cdi : public ::testing::Test {
  protected:
    void write(const std::string& name, const std::string& content) const
    {
        std::filesystem::create_directories((directory_.path() / name).parent_path());
        std::ofstream{directory_.path() / name} << content;
    }

    // Devices that set WHERE to VALUE, of the kind v/c.
    void write_spec(const std::string& name, const std::string& value,
                    const std::vector<std::string>& devices) const
    {
        std::string text =
            "cdiVersion: 0.5.0\nkind: v/c\ncontainerEdits: {env: [SHARED=" + value + "]}\ndevices:\n";
        for (const std::string& device : devices)
            text += "- {name: '" + device + "', containerEdits: {env: [WHERE=" + value + ", D_" + device +
                    "=1]}}\n";
        write(name, text);
    }

    void write_edits(const std::string& edits) const
    {
        write("etc/v.json",
              R"({"cdiVersion": "1.1.0", "kind": "v/c", "devices": [{"name": "d", "containerEdits": {)" +
                  edits + "}}]}");
    }

    CdiRegistry registry() const
    {
        return CdiRegistry{{directory_.path() / "etc", directory_.path() / "run"}};
    }
    DeviceEdits find(const std::vector<std::string>& names) const { return registry().find(names); }

    testing::TemporaryDirectory directory_;
};

TEST_F(Cdi, HasNoDevicesWithoutDirectories)
{
    EXPECT_THAT(registry().device_names(), IsEmpty());
    EXPECT_FAILURE(find({"v/c=d"}), ErrorCode::no_such_device,
                   "no CDI device v/c=d in " + (directory_.path() / "etc").native() + " or ");
}

TEST_F(Cdi, AddsWhatAFilesDevicesShareOnceAndFirst)
{
    write_spec("etc/a.yaml", "etc", {"one", "two"});
    EXPECT_THAT(registry().device_names(), ElementsAre("v/c=one", "v/c=two"));
    EXPECT_THAT(find({"v/c=two", "v/c=one", "v/c=two"}).environment,
                ElementsAre("SHARED=etc", "WHERE=etc", "D_two=1", "D_one=1"));
}

TEST_F(Cdi, TakesTheLaterDirectory)
{
    write_spec("etc/a.yaml", "etc", {"one", "two"});
    write_spec("run/b.yaml", "run", {"one"});
    EXPECT_THAT(find({"v/c=one"}).environment, ElementsAre("SHARED=run", "WHERE=run", "D_one=1"));
    EXPECT_THAT(find({"v/c=two"}).environment, ElementsAre("SHARED=etc", "WHERE=etc", "D_two=1"));
}

TEST_F(Cdi, RefusesADeviceThatTwoFilesOfADirectoryDescribe)
{
    write_spec("etc/a.yaml", "a", {"one"});
    write_spec("etc/b.yaml", "b", {"one", "two"});
    EXPECT_FAILURE(find({"v/c=one"}), ErrorCode::no_such_device, "the CDI device v/c=one is ambiguous: ");
    EXPECT_NO_THROW(find({"v/c=two"}));
    write_spec("run/c.yaml", "c", {"one"});
    EXPECT_THAT(find({"v/c=one"}).environment, ElementsAre("SHARED=c", "WHERE=c", "D_one=1"));
}

TEST_F(Cdi, MeansEachDeviceOfAKindByAll)
{
    write_spec("etc/a.yaml", "a", {"one", "two"});
    EXPECT_THAT(find({"v/c=all"}).environment, ElementsAre("SHARED=a", "WHERE=a", "D_one=1", "D_two=1"));
    write_spec("run/a.yaml", "b", {"all"});
    EXPECT_THAT(find({"v/c=all"}).environment, ElementsAre("SHARED=b", "WHERE=b", "D_all=1"));
    EXPECT_FAILURE(find({"v/other=all"}), ErrorCode::no_such_device, "no CDI device v/other=all");
}

TEST_F(Cdi, IsNotDisturbedByABadFile)
{
    write_spec("etc/a.yaml", "a", {"one"});
    write("etc/bad.json", "{");
    write("etc/notes.txt", "{");
    ::mkfifo((directory_.path() / "etc/pipe.json").c_str(), 0600);
    std::filesystem::create_directory(directory_.path() / "etc/directory.yaml");
    EXPECT_NO_THROW(find({"v/c=one"}));
    EXPECT_THAT(registry().complaints(),
                ElementsAre(HasSubstr("bad.json: is no JSON object"), HasSubstr("directory.yaml: is no file"),
                            HasSubstr("pipe.json: is no file")));
    EXPECT_FAILURE(find({"v/c=three"}), ErrorCode::no_such_device,
                   "; of v/c there are: one; bad files there: ");
}

TEST_F(Cdi, CompletesANodeFromTheHost)
{
    write_edits(R"("deviceNodes": [{"path": "/dev/other", "hostPath": "/dev/null", "permissions": "r"},
                                   {"path": "/dev/zero"},
                                   {"path": "/dev/new", "type": "b", "major": 7, "minor": 9, "fileMode": 384, "uid": 3, "gid": 4},
                                   {"path": "/dev/pipe", "type": "p"}])");
    const DeviceEdits edits = find({"v/c=d"});
    ASSERT_EQ(edits.devices.size(), 4U);
    EXPECT_EQ(edits.devices[0].path, "/dev/other");
    EXPECT_EQ(edits.devices[0].major, 1U);
    EXPECT_EQ(edits.devices[0].minor, 3U);
    EXPECT_FALSE(edits.devices[0].file_mode);
    EXPECT_EQ(edits.devices[1].minor, 5U);
    EXPECT_EQ(edits.devices[2].type, oci::DeviceType::block);
    EXPECT_EQ(edits.devices[2].file_mode, 0600U);
    EXPECT_EQ(edits.devices[2].uid, 3U);
    EXPECT_EQ(edits.devices[2].gid, 4U);
    EXPECT_EQ(edits.devices[3].type, oci::DeviceType::fifo);
    EXPECT_THAT(edits.device_rules,
                ElementsAre("/dev/char/1:3 r", "/dev/char/1:5 rwm", "/dev/block/7:9 rwm"));
}

TEST_F(Cdi, SaysWhichDeviceIsGone)
{
    write_edits(R"("deviceNodes": [{"path": "/dev/no-such"}])");
    EXPECT_FAILURE(find({"v/c=d"}), ErrorCode::no_such_device,
                   "CDI device v/c=d: look at /dev/no-such: No such file");
    write_edits(R"("deviceNodes": [{"path": "/dev/x", "hostPath": "/etc/passwd"}])");
    EXPECT_FAILURE(find({"v/c=d"}), ErrorCode::no_such_device, "/etc/passwd is no device");
    write_edits(R"("deviceNodes": [{"path": "/dev/null", "type": "b"}])");
    EXPECT_FAILURE(find({"v/c=d"}), ErrorCode::no_such_device, "/dev/null is a device of another type");
}

TEST_F(Cdi, RefusesWhatAContainerCannotHave)
{
    write_edits(R"("netDevices": [{"hostInterfaceName": "eth0", "name": "net0"}])");
    EXPECT_FAILURE(find({"v/c=d"}), ErrorCode::not_supported, "CDI device v/c=d: netDevices: ");
    write_edits(R"("intelRdt": {"closID": "x"})");
    EXPECT_FAILURE(find({"v/c=d"}), ErrorCode::not_supported, "CDI device v/c=d: intelRdt: ");
}

oci::RuntimeConfig config_edited_by(const DeviceEdits& edits)
{
    ContainerSpec spec;
    spec.arguments = {"true"};
    spec.environment = {"A=image", "B=image"};
    spec.working_directory = "/";
    spec.security.devices = {{oci::DeviceType::character, "/dev/mine", 1, 3, {}, 0, 0}};
    spec.device_edits = edits;
    return runtime_config(spec);
}

TEST_F(Cdi, EditsTheRuntimeConfiguration)
{
    write_edits(R"("env": ["A=cdi", "C=cdi"], "additionalGids": [0, 44, 44],
        "deviceNodes": [{"path": "/dev/mine", "hostPath": "/dev/zero"}],
        "mounts": [{"hostPath": "/x", "containerPath": "/dev/shm", "options": ["ro"]},
                   {"hostPath": "/y", "containerPath": "/opt/v/lib", "options": ["ro", "bind"]},
                   {"hostPath": "/z", "containerPath": "/opt/v", "type": "tmpfs"}],
        "hooks": [{"hookName": "createContainer", "path": "/bin/a", "args": ["a", "b"], "timeout": 2},
                  {"hookName": "poststop", "path": "/bin/b", "env": ["E=f"]}])");
    const oci::RuntimeConfig config = config_edited_by(find({"v/c=d"}));
    EXPECT_THAT(config.process->env, ElementsAre("A=cdi", "B=image", "C=cdi"));
    EXPECT_THAT(config.process->user.additional_gids, ElementsAre(44));
    ASSERT_EQ(config.linux.devices.size(), 1U);
    EXPECT_EQ(config.linux.devices[0].minor, 5U);
    std::vector<std::string> mounts;
    for (const oci::Mount& mount : config.mounts)
        if (mount.destination == "/dev/shm" || mount.destination.starts_with("/opt"))
            mounts.push_back(mount.destination + " " + mount.type + " " + mount.source +
                             (mount.options.empty() ? "" : " " + mount.options.front()));
    EXPECT_THAT(mounts, ElementsAre("/dev/shm bind /x rbind", "/opt/v tmpfs /z", "/opt/v/lib bind /y ro"));
    ASSERT_EQ(config.hooks.create_container.size(), 1U);
    EXPECT_THAT(config.hooks.create_container[0].args, ElementsAre("a", "b"));
    EXPECT_FALSE(config.hooks.create_container[0].env);
    ASSERT_EQ(config.hooks.poststop.size(), 1U);
    EXPECT_TRUE(config.hooks.poststop[0].env);
}

TEST_F(Cdi, EditsSurviveTheDatabase)
{
    write_edits(
        R"("env": ["A=1"], "additionalGids": [44], "deviceNodes": [{"path": "/dev/mine", "hostPath": "/dev/zero"}],
        "mounts": [{"hostPath": "/x", "containerPath": "/y"}], "hooks": [{"hookName": "prestart", "path": "/a"}])");
    ContainerSpec spec;
    spec.security.cdi_devices = {"v/c=d"};
    spec.device_edits = find(spec.security.cdi_devices);
    const ContainerSpec again = parse_spec(to_json(spec));
    EXPECT_THAT(again.security.cdi_devices, ElementsAre("v/c=d"));
    EXPECT_EQ(json_text(to_json_value(again.device_edits)), json_text(to_json_value(spec.device_edits)));
    EXPECT_EQ(again.device_edits.device_rules, spec.device_edits.device_rules);
    EXPECT_EQ(again.device_edits.mounts.size(), 1U);
}

} // namespace
} // namespace slipway::engine
