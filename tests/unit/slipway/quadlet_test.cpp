// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of Quadlet's and the command line: what services run is what `slipway run` takes, and what a
// container is written as makes one like it.
#include "quadlet/generate.hpp"
#include "quadlet/words.hpp"
#include "slipway/container_unit.hpp"
#include "slipway/existing.hpp"
#include "slipway/run_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// What systemd makes of a line.
std::vector<std::string> words_of(const std::string& line)
{
    std::vector<std::string> words = quadlet::split_words(line).value();
    for (std::string& word : words)
        for (const char letter : {'%', '$'})
            for (std::size_t at = 0; (at = word.find(std::string(2, letter), at)) != std::string::npos; ++at)
                word.erase(at, 1);
    return words;
}

// The settings of the container that FILE's service makes.
client::ContainerSettings settings_from(const std::string& file)
{
    const std::vector<quadlet::Outcome> outcomes =
        quadlet::generate({{{"/q/web.container", file}, {}}},
                          {quadlet::Scope::machine, [](const std::string&) { return true; }});
    for (const quadlet::Complaint& complaint : outcomes.front().complaints)
        ADD_FAILURE() << complaint.message() << "\n" << file;
    if (!outcomes.front().unit)
        return {};
    const std::string& text = outcomes.front().unit->text;
    const std::string key = "\nExecStart=";
    const std::size_t begin = text.find(key) + key.size();
    std::vector<std::string> words = words_of(text.substr(begin, text.find('\n', begin) - begin));
    words.erase(words.begin(), words.begin() + 2);
    // Of the service, not of the container.
    std::erase_if(words,
                  [](const std::string& word) { return word == "--supervise" || word == "--replace"; });
    return read_run_options(words, Making::run).settings;
}

TEST(ServicesOfQuadlet, RunWhatTheCommandLineTakes)
{
    const client::ContainerSettings settings =
        settings_from("[Container]\nImage=i\nAddCapability=NET_ADMIN\nAddDevice=/dev/"
                      "null\nAddHost=a:10.0.0.1\nAnnotation=a=1\nAppArmor=unconfined\nCgroupsMode=split\n"
                      "ContainerName=n\nDNS=10.0.0.1\nDNSOption=ndots:1\nDNSSearch=x.y\nDropCapability="
                      "CHOWN\nEntrypoint=[\"/e\",\"f\"]\nEnvironment=A=1\nEnvironmentHost=yes\nExec=g\n"
                      "ExposeHostPort=50\nGroup=7\nUser=8\nGroupAdd=9\nHealthCmd=c\nHealthInterval="
                      "2m\nHealthOnFailure=kill\nHealthRetries=5\nHealthStartPeriod=1m\nHealthTimeout=20s\n"
                      "HostName=h\nIP=10.0.0.2\nIP6=fd00::2\nLabel=b=2\nLogDriver=journald\nLogOpt=tag="
                      "t\nMemory=20m\nMount=type=tmpfs,target=/t\nNetwork=x\nNetworkAlias=al\n"
                      "NoNewPrivileges=true\nNotify=true\nPidsLimit=10\nPodmanArgs=--oom-score-adj="
                      "5\nPublishPort=8080:80\nPull=never\nReadOnly=true\nSeccompProfile=unconfined\n"
                      "SecurityLabelDisable=true\nShmSize=1m\nStopSignal=SIGINT\nStopTimeout=20\nSysctl=a="
                      "b\nTimezone=local\nTmpfs=/w\nUlimit=nofile=1:2\nUnmask=ALL\nUserNS=keep\n"
                      "Volume=/s:/d\nWorkingDir=/w\n");
    EXPECT_EQ(settings.name, "n");
    EXPECT_EQ(settings.image, "i");
    EXPECT_EQ(settings.entrypoint, (std::vector<std::string>{"/e"}));
    EXPECT_EQ(settings.command, (std::vector<std::string>{"f", "g"}));
    EXPECT_EQ(settings.user, "8:7");
    EXPECT_THAT(settings.networks, ElementsAre("x:ip=10.0.0.2,ip6=fd00::2,alias=al"));
    EXPECT_EQ(settings.mounts.size(), 7U); // of these /run, /tmp and /var/tmp
    EXPECT_EQ(settings.limits.at("MemoryMax"), 20U << 20U);
    EXPECT_EQ(settings.stop_timeout, 20s);
    EXPECT_TRUE(settings.notifies);
    EXPECT_TRUE(settings.is_auto_removed);
    EXPECT_TRUE(settings.has_open_system_paths);
    EXPECT_THAT(settings.environment, ::testing::Contains(::testing::StartsWith("PATH=")));
    EXPECT_EQ(settings.environment.back(), "A=1");
    EXPECT_EQ(settings.on_unhealthy, "stop");
    EXPECT_EQ(settings.oom_score_adjust, "5");
}

Json image_with(Json config)
{
    return {{"Config", std::move(config)}};
}

// As Container.Describe has it, with nothing out of the ordinary.
Json plain_container()
{
    return Json::parse(R"({"Name": "web", "ImageName": "docker.io/library/i:1", "Image": "sha256:00",
      "Config": {"Hostname": "web", "User": "", "Tty": false, "Env": [], "WorkingDir": "/", "Labels": {}, "StopSignal": "SIGTERM", "StopTimeout": 10, "LogTag": "web",
                 "Entrypoint": [], "Cmd": ["sleep", "1"]},
      "Mounts": [], "Wires": [], "Listeners": [],
      "HostConfig": {"Limits": {}, "Networks": ["default"], "UsernsMode": "auto"}})");
}

TEST(ExportedContainers, SayNothingThatTheirImageSays)
{
    Json container = plain_container();
    container["Config"]["Env"] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1"};
    container["Config"]["Labels"] = {{"l", "1"}};
    const Json image = image_with(
        {{"Env", {"A=1"}}, {"Labels", {{"l", "1"}}}, {"Entrypoint", Json::array()}, {"Cmd", {"sleep", "1"}}});
    EXPECT_EQ(
        container_unit(container, image),
        "[Unit]\nDescription=Container web\n\n[Container]\nImage=docker.io/library/i:1\nContainerName=web\n");
}

TEST(ExportedContainers, MakeEqualOnes)
{
    Json container = plain_container();
    container["Config"].update(Json::parse(
        R"({"Hostname": "h", "User": "7:8", "WorkingDir": "/w", "StopSignal": "SIGINT", "StopTimeout": 3, "LogTag": "t", "Notifies": true,
      "Domainname": "d", "Env": ["A=1 2", "B=50% of $X", "C=\"q\" \\ '", "D=a\nb", "E=é"], "Labels": {"l": "x; y", "m": ""},
      "Entrypoint": ["/e", "e 2"], "Cmd": ["-c", "echo $HOME; sleep 1%", ";", ""],
      "Healthcheck": {"Test": ["CMD", "/bin/sh", "-c", "test \"$A\" = '1'"], "Interval": 2000000000, "Timeout": 1500000000, "StartPeriod": 0, "StartInterval": 100000000, "Retries": 4}})"));
    container["Mounts"] = Json::parse(R"([
      {"Type": "bind", "Source": "/a b", "Destination": "/b", "Options": ["rro", "rslave"], "Recursive": true, "Copies": true, "IdMapped": true},
      {"Type": "bind", "Source": "/c:d", "Destination": "/d", "Options": ["ro", "noexec"], "Recursive": true, "Copies": true, "IdMapped": false},
      {"Type": "volume", "Name": "v", "Source": "/var/lib/v", "Destination": "/v", "SubPath": "s", "Options": [], "Recursive": true, "Copies": false, "IdMapped": true},
      {"Type": "volume", "Name": "0123", "Source": "/x", "Destination": "/anonymous", "Options": [], "Anonymous": true, "Recursive": true, "Copies": true, "IdMapped": true},
      {"Type": "tmpfs", "Source": "", "Destination": "/t", "Options": ["nosuid", "size=5", "mode=700"]}])");
    container["HostConfig"] = Json::parse(
        R"({"Limits": {"MemoryMax": 1000, "MemorySwapMax": 500, "MemoryLow": 10, "CPUQuotaPerSecUSec": 1500000, "CPUWeight": 39, "TasksMax": 18446744073709551615},
      "Networks": ["front:ip=10.0.0.7,alias=w", "back"], "Publish": ["127.0.0.1:8080:80/tcp", "[::1]:53:53/udp", "81/tcp"], "Expose": ["9/tcp"],
      "Dns": ["10.0.0.1"], "DnsSearch": ["x"], "DnsOptions": ["ndots:2"], "ExtraHosts": ["a:10.0.0.9"], "AllowedPeers": ["localhost"], "DeniedPeers": ["any"],
      "Bandwidth": {"Down": 1000, "Up": 2000}, "UsernsMode": "keep", "CapAdd": ["CAP_NET_ADMIN"], "CapDrop": ["CAP_CHOWN", "CAP_KILL"],
      "SecurityOpt": ["no-new-privileges=false", "seccomp=unconfined", "systempaths=unconfined"], "CdiDevices": ["a.com/b=c"],
      "Init": true, "ReadonlyRootfs": true, "ShmSize": 4096, "Ulimits": ["nofile=5:6"], "GroupAdd": ["9"], "Sysctls": {"net.a": "1 2"}, "OomScoreAdj": "7", "HostNamespaces": ["pid", "cgroup"],
      "OnUnhealthy": "stop"})");
    container["Wires"] = Json::parse(
        R"([{"Target": "db", "TargetPort": 5432, "Name": "data", "Port": 5433, "UnixPath": "/run/db"}])");
    const client::ContainerSettings settings = settings_from(container_unit(container, nullptr));
    SCOPED_TRACE(container_unit(container, nullptr));
    EXPECT_EQ(settings.name, "web");
    EXPECT_EQ(settings.hostname, "h");
    EXPECT_EQ(settings.user, "7:8");
    EXPECT_EQ(settings.working_directory, "/w");
    EXPECT_EQ(settings.stop_signal, "SIGINT");
    EXPECT_EQ(settings.stop_timeout, 3s);
    EXPECT_EQ(settings.log_tag, "t");
    EXPECT_EQ(settings.domainname, "d");
    EXPECT_TRUE(settings.notifies);
    EXPECT_THAT(settings.environment,
                UnorderedElementsAre("A=1 2", "B=50% of $X", "C=\"q\" \\ '", "D=a\nb", "E=\u00e9"));
    EXPECT_EQ(settings.labels, (std::map<std::string, std::string>{{"l", "x; y"}, {"m", ""}}));
    EXPECT_EQ(settings.entrypoint, (std::vector<std::string>{"/e"}));
    EXPECT_EQ(settings.command, (std::vector<std::string>{"e 2", "-c", "echo $HOME; sleep 1%", ";", ""}));
    EXPECT_EQ(settings.health_test, (std::vector<std::string>{"CMD-SHELL", "test \"$A\" = '1'"}));
    EXPECT_EQ(settings.health_interval, 2s);
    EXPECT_EQ(settings.health_timeout, 1500ms);
    EXPECT_EQ(settings.health_start_interval, 100ms);
    EXPECT_EQ(settings.health_retries, 4U);
    EXPECT_EQ(settings.on_unhealthy, "stop");
    ASSERT_EQ(settings.mounts.size(), 5U);
    const auto mount_at = [&settings](const std::string& target) {
        for (const client::Mount& mount : settings.mounts)
            if (mount.target == target)
                return mount;
        return client::Mount{};
    };
    EXPECT_EQ(mount_at("/b").source, "/a b");
    EXPECT_TRUE(mount_at("/b").is_read_only);
    EXPECT_EQ(mount_at("/b").propagation, "rslave");
    EXPECT_EQ(mount_at("/d").source, "/c:d");
    EXPECT_EQ(mount_at("/d").recursive, "writable");
    EXPECT_TRUE(mount_at("/d").is_not_mapped);
    EXPECT_THAT(mount_at("/d").options, ElementsAre("noexec"));
    EXPECT_EQ(mount_at("/v").source, "v");
    EXPECT_EQ(mount_at("/v").sub_path, "s");
    EXPECT_TRUE(mount_at("/v").has_no_copy);
    EXPECT_EQ(mount_at("/anonymous").source, "");
    EXPECT_THAT(mount_at("/t").options, ElementsAre("nosuid", "size=5", "mode=700"));
    EXPECT_EQ(settings.limits, (std::map<std::string, std::uint64_t>{{"MemoryMax", 1000},
                                                                     {"MemorySwapMax", 500},
                                                                     {"MemoryLow", 10},
                                                                     {"CPUQuotaPerSecUSec", 1500000},
                                                                     {"CPUWeight", 39},
                                                                     {"TasksMax", UINT64_MAX}}));
    EXPECT_THAT(settings.networks, ElementsAre("front:ip=10.0.0.7,alias=w", "back"));
    EXPECT_THAT(settings.ports, ElementsAre("127.0.0.1:8080:80/tcp", "[::1]:53:53/udp", "81/tcp"));
    EXPECT_THAT(settings.exposed_ports, ElementsAre("9/tcp"));
    EXPECT_THAT(settings.allowed_peers, ElementsAre("localhost"));
    EXPECT_EQ(settings.bandwidth, "down=1000,up=2000");
    EXPECT_EQ(settings.user_namespace, "keep");
    EXPECT_THAT(settings.added_capabilities, ElementsAre("CAP_NET_ADMIN"));
    EXPECT_THAT(settings.dropped_capabilities, ElementsAre("CAP_CHOWN", "CAP_KILL"));
    EXPECT_TRUE(settings.has_new_privileges);
    EXPECT_EQ(settings.seccomp, "unconfined");
    EXPECT_THAT(settings.devices, ElementsAre("a.com/b=c"));
    EXPECT_TRUE(settings.has_init);
    EXPECT_TRUE(settings.has_read_only_root);
    EXPECT_EQ(settings.shm_size, 4096U);
    EXPECT_EQ(settings.sysctls, (std::map<std::string, std::string>{{"net.a", "1 2"}}));
    EXPECT_THAT(settings.host_namespaces, UnorderedElementsAre("pid", "cgroup"));
    ASSERT_EQ(settings.wires.size(), 1U);
    EXPECT_EQ(settings.wires.front(), (client::WireSettings{"db", 5432, "data", 5433, "/run/db", false}));
}

TEST(ExportedContainers, OfAnyLimitOfProcessorsMakeTheSame)
{
    for (std::uint64_t weight = 1; weight <= 10000; ++weight) {
        Json container = plain_container();
        container["HostConfig"]["Limits"] = {{"CPUWeight", weight}};
        if (weight % 97 == 0 || weight < 40 || weight > 9990) {
            ASSERT_EQ(settings_from(container_unit(container, nullptr)).limits.at("CPUWeight"), weight);
        }
    }
}

TEST(ExportedContainers, NameWhatTheyCannotSay)
{
    Json container = plain_container();
    container["Config"]["Tty"] = true;
    container["Config"]["WorkingDir"] = "/a\nb";
    container["Listeners"] = Json::parse(R"([{"Address": "127.0.0.1:80"}])");
    container["Group"] = {{"Name", "g"}, {"Member", "m"}};
    container["HostConfig"].update(Json::parse(
        R"({"IdleStop": 5, "SecurityOpt": ["seccomp=profile"], "OnUnhealthy": "restart", "Networks": ["container:00"],
      "Devices": [{"PathInContainer": "/dev/none", "Major": 1, "Minor": 2}], "Limits": {"IOWeight": 5}})"));
    const std::string text = container_unit(container, nullptr);
    for (const char* const word :
         {"a terminal", "WorkingDir /a.b", "the socket 127.0.0.1:80", "m of the group g",
          "nobody is connected", "seccomp", "network of the container 00", "/dev/none", "IOWeight=5"})
        EXPECT_THAT(text, ::testing::ContainsRegex("# not said: [^\n]*" + std::string{word})) << text;
    EXPECT_EQ(settings_from(text).image, "docker.io/library/i:1");
}

TEST(ExportedContainers, KeepTheCommandApartFromTheImages)
{
    Json container = plain_container();
    const Json image = image_with({{"Entrypoint", {"/e"}}, {"Cmd", {"c"}}});
    EXPECT_THAT(container_unit(container, image), HasSubstr("\nEntrypoint=\nExec=sleep 1\n"));
    container["Config"]["Entrypoint"] = {"/e"};
    EXPECT_THAT(container_unit(container, image), HasSubstr("\nExec=sleep 1\n"));
    EXPECT_THAT(container_unit(container, image), Not(HasSubstr("Entrypoint=")));
    container["Config"]["Cmd"] = Json::array();
    EXPECT_THAT(container_unit(container, image),
                HasSubstr("\nEntrypoint=/e\n")); // or the image's "c" came back
}

TEST(ExportedContainers, AreRestartedByTheirService)
{
    Json container = plain_container();
    container["HostConfig"]["RestartPolicy"] = {{"Name", "unless-stopped"}, {"MaximumRetryCount", 0}};
    container["Config"]["ReadyWhenHealthy"] = true;
    EXPECT_THAT(container_unit(container, nullptr), HasSubstr("\nNotify=healthy\n"));
    EXPECT_THAT(container_unit(container, nullptr),
                HasSubstr("\n[Service]\nRestart=always\nRestartSec=1s\n"));
    container["HostConfig"]["RestartPolicy"] = {{"Name", "on-failure"}, {"MaximumRetryCount", 3}};
    EXPECT_THAT(container_unit(container, nullptr),
                HasSubstr("\n# not said: that it is restarted 3 times at most"));
    EXPECT_THAT(container_unit(container, nullptr), HasSubstr("\n[Service]\nRestart=on-failure\n"));
    container["HostConfig"]["RestartPolicy"] = {{"Name", "no"}};
    EXPECT_THAT(container_unit(container, nullptr), Not(HasSubstr("[Service]")));
}

TEST(WhatIsThereAlready, IsAsAskedForOrSaysWhatIsNot)
{
    client::NetworkInfo info;
    info.driver = "bridge";
    info.subnets = {{"10.1.0.0/16", "10.1.0.1"}};
    info.labels = {{"a", "b"}, {"c", "d"}};
    client::NetworkSettings wish;
    EXPECT_FALSE(find_difference(wish, info));
    wish.subnets = {"10.1.0.0/16"};
    wish.gateways = {"10.1.0.1"};
    wish.labels = {{"a", "b"}};
    EXPECT_FALSE(find_difference(wish, info));
    wish.labels = {{"a", "x"}};
    EXPECT_EQ(find_difference(wish, info), "label a=x");
    wish.subnets = {"10.2.0.0/16"};
    EXPECT_EQ(find_difference(wish, info), "subnet 10.2.0.0/16");
    wish.driver = "macvlan";
    EXPECT_EQ(find_difference(wish, info), "driver macvlan");
    wish = {};
    wish.is_internal = true;
    EXPECT_THAT(find_difference(wish, info).value_or(""), HasSubstr("--internal"));

    const std::string volume = R"({"Labels": {"a": "b"}, "Options": {"type": "ext4"}})";
    EXPECT_FALSE(find_difference({{"a", "b"}}, {{"type", "ext4"}}, volume));
    EXPECT_EQ(find_difference({}, {{"type", "xfs"}}, volume), "option type=xfs");
    EXPECT_EQ(find_difference({{"a", "c"}}, {}, volume), "label a=c");
    EXPECT_THROW(require_same("the volume v", "label a=c"), Failure);
}

TEST(Retries, AreForWhatMayPass)
{
    const auto tries = [](std::size_t count, ErrorCode code, int failures) {
        int times = 0;
        Retries retries{count, "1us"};
        try {
            with_retries(retries, [&] {
                if (times++ < failures)
                    throw Failure{code, "no"};
            });
        } catch (const Failure&) {
            return -times;
        }
        return times;
    };
    EXPECT_EQ(tries(0, ErrorCode::registry_unreachable, 0), 1);
    EXPECT_EQ(tries(0, ErrorCode::registry_unreachable, 1), -1);
    EXPECT_EQ(tries(2, ErrorCode::registry_unreachable, 2), 3);
    EXPECT_EQ(tries(2, ErrorCode::registry_failed, 3), -3);
    EXPECT_EQ(tries(2, ErrorCode::not_in_registry, 1), -1);
    EXPECT_THROW(static_cast<void>((Retries{{}, "soon"}.pause())), UsageError);
    EXPECT_EQ(read_run_options({"--retry", "5", "--retry-delay", "2s", "i"}, Making::run).retries.pause(),
              2s);
    EXPECT_THROW(read_run_options({"--retry-delay", "x", "i"}, Making::run), UsageError);
}

} // namespace
} // namespace slipway::cli
