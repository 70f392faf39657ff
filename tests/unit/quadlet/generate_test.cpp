// SPDX-License-Identifier: LGPL-2.1-or-later
// Units: what the services run, and how they depend on each other.
#include "generated.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::quadlet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Containers, BecomeServicesThatRunThem)
{
    const Made made = generated(
        {{"web.container",
          "[Unit]\nDescription=A %n\n[Container]\nImage=i\nExec=a \"b c\"\n[Service]\nRestart=always\n"}});
    EXPECT_THAT(made.complaints, IsEmpty());
    EXPECT_EQ(made.text("web.service"),
              "# Made by slipway-generator of the file that SourcePath= names.\n"
              "[Unit]\nSourcePath=/q/"
              "web.container\nWants=network-online.target\nAfter=network-online.target\nDescription=A %n\n\n"
              "[Service]\nType=notify\nNotifyAccess=main\nDelegate=yes\nKillMode=mixed\nSyslogIdentifier=%N\n"
              "ExecStart=/usr/bin/slipway run --supervise --replace --rm --name systemd-%N i a \"b "
              "c\"\nRestart=always\n");
}

TEST(Containers, OfUsersAreTheirEngines)
{
    const Made made =
        generated({{"web.container", "[Container]\nImage=i\nGlobalArgs=--debug\n"}}, Scope::user);
    EXPECT_EQ(made.exec("web.service"),
              "/usr/bin/slipway --user --debug run --supervise --replace --rm --name systemd-%N i");
    EXPECT_THAT(made.text("web.service"), Not(HasSubstr("network-online")));
}

TEST(Containers, HaveWhatTheirServiceSaysItself)
{
    const Made made = generated({{"w.container", "[Container]\nImage=i\n[Service]\nType=oneshot\nKillMode="
                                                 "control-group\nSyslogIdentifier=x\nTimeoutStopSec=9\n"}});
    EXPECT_EQ(made.line("w.service", "Type"), "oneshot");
    EXPECT_EQ(made.line("w.service", "KillMode"), "control-group");
    EXPECT_EQ(made.line("w.service", "SyslogIdentifier"), "x");
    EXPECT_EQ(made.line("w.service", "TimeoutStopSec"), "9");
    for (const char* const line :
         {"ExecStart=/bin/x", "User=7", "Group=7", "DynamicUser=yes", "Type=forking", "KillMode=none"})
        EXPECT_THAT(
            generated({{"w.container", std::string{"[Container]\nImage=i\n[Service]\n"} + line + "\n"}})
                .complaints,
            ElementsAre(HasSubstr("/q/w.container:4: ")))
            << line;
}

TEST(Containers, AreGivenTheirTimeToStop)
{
    EXPECT_EQ(web("StopTimeout=300\n").line("web.service", "TimeoutStopSec"), "310");
    EXPECT_EQ(web("StopTimeout=80\n").line("web.service", "TimeoutStopSec"), "");
    EXPECT_EQ(web("StopTimeout=300\n[Service]\nTimeoutStopSec=7\n").line("web.service", "TimeoutStopSec"),
              "7");
    EXPECT_EQ(web("StopTimeout=300\n[Service]\nTimeoutSec=7\n").line("web.service", "TimeoutStopSec"), "");
    EXPECT_EQ(web("StopTimeout=4294967295\n").line("web.service", "TimeoutStopSec"), "");
}

TEST(Containers, NeedAnImage)
{
    EXPECT_THAT(generated({{"w.container", "[Container]\nExec=x\n"}}).complaints,
                ElementsAre("/q/w.container: has no Image="));
    EXPECT_THAT(generated({{"w.container", "[Unit]\n"}}).complaints,
                ElementsAre("/q/w.container: has no section [Container]", "/q/w.container: has no Image="));
}

TEST(Containers, HaveOptionsAsTheyAreWritten)
{
    EXPECT_EQ(web_options("Environment=A=1 \"B=x y\" 'C=q\"'\nEnvironment=A=2\n"),
              R"(--env A=2 --env "B=x y" --env "C=q\"" i)");
    EXPECT_EQ(web_options("AddCapability=A B\nAddCapability=\nAddCapability=C\n"), "--cap-add C i");
    EXPECT_EQ(web_options("AddDevice=-/dev/there:/dev/x -/dev/gone /dev/y\n"),
              "--device /dev/there:/dev/x --device /dev/y i");
    EXPECT_EQ(
        web_options("EnvironmentFile=a.env /b.env ../c.env %h/d.env ./%n\n"),
        "--env-file /q/a.env --env-file /b.env --env-file /c.env --env-file %h/d.env --env-file /q/%n i");
    EXPECT_EQ(web_options("User=u\nGroup=g\n"), "--user u:g i");
    EXPECT_EQ(web_options("HealthCmd=none\n"), "--no-healthcheck i");
    EXPECT_EQ(web_options("HealthCmd=curl -f \"x\"\nHealthOnFailure=kill\n"),
              R"(--health-cmd "curl -f \"x\"" --on-unhealthy stop i)");
    EXPECT_EQ(web_options("Notify=true\n"), "--sdnotify container i");
    EXPECT_EQ(web_options("Notify=healthy\n"), "--sdnotify healthy i");
    EXPECT_EQ(web_options("Notify=no\n"), "i");
    EXPECT_EQ(web_options("PodmanArgs=--env=\"Z=1 2\" -t\n"), R"("--env=Z=1 2" -t i)");
    EXPECT_EQ(web_options("StopSignal=-9\n"), "--stop-signal=-9 i"); // no option of its own
    EXPECT_EQ(web_options("Unmask=ALL\nSeccompProfile=s.json\nNoNewPrivileges=no\n"),
              "--security-opt no-new-privileges=false --security-opt seccomp=/q/s.json --security-opt "
              "systempaths=unconfined i");
    EXPECT_EQ(web_options("SeccompProfile=unconfined\n"), "--security-opt seccomp=unconfined i");
    EXPECT_EQ(web_options("Network=none\n"), "--network none i");
    EXPECT_EQ(web_options("Network=bridge:ip=10.0.0.7\nNetwork=private\n"),
              "--network default:ip=10.0.0.7 i");
    EXPECT_EQ(web_options("Timezone=Europe/Berlin\n"),
              "--mount type=bind,source=/usr/share/zoneinfo/Europe/Berlin,target=/etc/localtime,readonly i");
    EXPECT_EQ(web_options("Exec=sh -c \"a; b\" ; $X %i\n"), "i sh -c \"a; b\" \";\" $X %i");
}

TEST(Containers, HaveAnEntryPointOfOneWordOrSeveral)
{
    EXPECT_EQ(web_options("Entrypoint=/e\nExec=x\n"), "--entrypoint /e i x");
    EXPECT_EQ(web_options("Entrypoint=\nExec=x\n"), "--entrypoint= i x");
    EXPECT_EQ(web_options("Entrypoint=[\"/e\", \"a b\"]\nExec=x\n"), "--entrypoint /e i \"a b\" x");
    EXPECT_THAT(web_options("Entrypoint=[\"/e\", 1]\n"), HasSubstr("a list of words in JSON"));
    EXPECT_THAT(web_options("Entrypoint=[]\n"), HasSubstr("a list of words in JSON"));
}

TEST(Containers, HaveMountsOfPathsAndVolumes)
{
    EXPECT_EQ(web_options("Volume=/only\nVolume=./d:/d:ro\nVolume=v:/v\nVolume=/a:/b:nocopy,rslave\n"),
              "--volume /only --volume /q/d:/d:ro --volume v:/v --volume /a:/b:nocopy,rslave i");
    const Made made =
        web("Volume=./d:/d\nMount=type=bind,src=../e,destination=/e,ro=true \"type=tmpfs,target=/x y\"\n");
    EXPECT_EQ(made.exec("web.service"),
              "/usr/bin/slipway run --supervise --replace --rm --name systemd-%N --volume /q/d:/d "
              "--mount type=bind,source=/e,destination=/e,ro=true --mount \"type=tmpfs,target=/x y\" i");
    EXPECT_TRUE(made.has_line("web.service", "RequiresMountsFor=/q/d"));
    EXPECT_TRUE(made.has_line("web.service", "RequiresMountsFor=/e"));
    EXPECT_EQ(web_options("ReadOnly=yes\nTmpfs=/run:size=1m\nVolume=/t:/tmp\n"),
              "--read-only --tmpfs /run:size=1m --volume /t:/tmp --tmpfs /var/tmp i");
    EXPECT_EQ(web_options("ReadOnly=yes\nReadOnlyTmpfs=no\n"), "--read-only i");
    EXPECT_EQ(web_options("ReadOnly=yes\nEnvironment=A=/run\nMount=type=tmpfs,target=/tmp\n"),
              "--env A=/run --read-only --mount type=tmpfs,target=/tmp --tmpfs /run --tmpfs /var/tmp i");
    const Made labelled = web("Volume=/a:/b:ro,Z\n");
    EXPECT_THAT(
        labelled.complaints,
        ElementsAre(
            "/q/web.container:3: warning: Volume=: 'Z' is left out: slipway sets no labels of SELinux"));
    EXPECT_THAT(labelled.exec("web.service"), HasSubstr("--volume /a:/b:ro i"));
    for (const char* const line : {"Volume=/a:/b:U", "Volume=/a:/b:O", "Volume=/a:/b:ro:x",
                                   "Mount=type=image,source=x,target=/y", "Mount=\"a", "Mount='type=\"bind'"})
        EXPECT_THAT(web(std::string{line} + "\n").complaints, ElementsAre(HasSubstr("/q/web.container:3: ")))
            << line;
}

TEST(Containers, AreRefusedWithValuesThatMeanNothing)
{
    for (const char* const line : {"Group=g",
                                   "Notify=maybe",
                                   "ReadOnly=perhaps",
                                   "Pull=newer",
                                   "HealthInterval=disable",
                                   "HealthOnFailure=restart",
                                   "UserNS=keep-id",
                                   "LogOpt=path=/x",
                                   "GroupAdd=keep-groups",
                                   "Timezone=../x",
                                   "Exec=\"open",
                                   "Label==x",
                                   "GlobalArgs=--log-level=debug",
                                   "HealthCmd=[\"CMD\"]",
                                   "ServiceName=x.service",
                                   "ServiceName=a/b",
                                   "Pod=p",
                                   "Network=a.network",
                                   "Volume=a.volume:/x",
                                   "Pod=none.pod",
                                   "Network=other.container",
                                   "StartWithPod=x"})
        EXPECT_THAT(web(std::string{line} + "\n").complaints, ElementsAre(HasSubstr("/q/web.container:3: ")))
            << line;
    EXPECT_THAT(web("ReloadCmd=a\nReloadSignal=HUP\n").complaints,
                ElementsAre(HasSubstr(":4: ReloadSignal= and ReloadCmd=")));
}

TEST(Containers, ReloadBySignalOrCommand)
{
    EXPECT_EQ(web("ReloadSignal=HUP\n").line("web.service", "ExecReload"),
              "/usr/bin/slipway kill --signal HUP systemd-%N");
    EXPECT_EQ(web("ReloadCmd=nginx -s \"re load\"\nContainerName=n\n").line("web.service", "ExecReload"),
              "/usr/bin/slipway exec n nginx -s \"re load\"");
}

TEST(OtherUnits, MakeWhatContainersName)
{
    const Made made = generated(
        {{"web.container", "[Container]\nImage=app.build\nNetwork=back.network:alias=w\nVolume=data.volume:/"
                           "d\nMount=type=volume,source=data.volume,target=/e\n"},
         {"app.build",
          "[Build]\nImageTag=localhost/app\nSetWorkingDirectory=unit\nFile=Containerfile\nBuildArg=A=1\n"},
         {"base.image", "[Image]\nImage=quay.io/x/y:1\nArch=arm64\nVariant=v8\nPolicy=missing\n"},
         {"back.network", "[Network]\nSubnet=10.9.0.0/"
                          "16\nGateway=10.9.0.1\nOptions=mtu=1400,parent=eth0\nInternal=yes\nIPv6="
                          "no\nNetworkDeleteOnStop=yes\n"},
         {"data.volume",
          "[Volume]\nVolumeName=d\nDevice=/dev/x\nType=ext4\nUser=7\nOptions=noatime\nLabel=a=b\n"}});
    EXPECT_THAT(made.complaints, IsEmpty());
    EXPECT_THAT(made.exec("web.service"), HasSubstr("--network systemd-back:alias=w --volume d:/d --mount "
                                                    "type=volume,source=d,target=/e localhost/app"));
    for (const char* const unit : {"app-build.service", "back-network.service", "data-volume.service"}) {
        EXPECT_TRUE(made.has_line("web.service", std::string{"Requires="} + unit));
        EXPECT_TRUE(made.has_line("web.service", std::string{"After="} + unit));
        EXPECT_EQ(made.line(unit, "Type"), "oneshot");
        EXPECT_EQ(made.line(unit, "RemainAfterExit"), std::string{unit} == "app-build.service" ? "" : "yes");
    }
    EXPECT_EQ(made.exec("app-build.service"),
              "/usr/bin/slipway build --build-arg A=1 --tag localhost/app --file /q/Containerfile /q");
    EXPECT_EQ(made.line("app-build.service", "WorkingDirectory"), "/q");
    EXPECT_EQ(made.exec("base-image.service"),
              "/usr/bin/slipway pull --quiet --platform linux/arm64/v8 --policy missing quay.io/x/y:1");
    EXPECT_EQ(made.exec("back-network.service"), "/usr/bin/slipway network create --ignore --internal "
                                                 "--gateway 10.9.0.1 --subnet 10.9.0.0/16 --ipv6 false "
                                                 "--mtu 1400 --opt parent=eth0 systemd-back");
    EXPECT_EQ(made.line("back-network.service", "ExecStopPost"), "/usr/bin/slipway network rm systemd-back");
    EXPECT_EQ(made.exec("data-volume.service"), "/usr/bin/slipway volume create --ignore --label a=b --opt "
                                                "device=/dev/x --opt type=ext4 --opt o=uid=7,noatime d");
}

TEST(OtherUnits, AreRefusedWithValuesThatMeanNothing)
{
    const auto first = [](const std::string& name, const std::string& text) {
        const Made made = generated({{name, text}});
        return made.complaints.size() == 1 ? made.complaints.front()
                                           : std::to_string(made.complaints.size()) + " complaints";
    };
    EXPECT_THAT(first("a.network", "[Network]\nGateway=10.0.0.1\n"),
                HasSubstr(":2: Gateway= goes with a Subnet="));
    EXPECT_THAT(first("a.network", "[Network]\nOptions=isolate=true\n"),
                HasSubstr(":2: Options=isolate=true"));
    EXPECT_THAT(first("a.volume", "[Volume]\nType=ext4\n"), HasSubstr(":2: Type= goes with Device="));
    EXPECT_THAT(first("a.volume", "[Volume]\nUser=7\n"), HasSubstr(":2: User="));
    EXPECT_THAT(first("a.image", "[Image]\n"), HasSubstr("a.image: has no Image="));
    EXPECT_THAT(first("a.image", "[Image]\nImage=i\nOS=linux\n"), HasSubstr(":3: OS= goes with Arch="));
    EXPECT_THAT(first("a.image", "[Image]\nImage=i\nPolicy=newer\n"), HasSubstr(":3: Policy=newer"));
    EXPECT_THAT(first("a.build", "[Build]\nSetWorkingDirectory=unit\n"),
                HasSubstr("a.build: has no ImageTag="));
    EXPECT_THAT(first("a.build", "[Build]\nImageTag=t\n"), HasSubstr("what is to be built?"));
    EXPECT_THAT(first("a.build", "[Build]\nImageTag=t\nSetWorkingDirectory=https://x/y.git\n"),
                HasSubstr(":3: SetWorkingDirectory="));
    EXPECT_THAT(first("a.kube", "[Kube]\n"), HasSubstr("a.kube: slipway plays no Kubernetes files"));
    EXPECT_THAT(first("a.artifact", ""), HasSubstr("a.artifact: slipway keeps no artifacts"));
    EXPECT_THAT(first("a.txt", ""), HasSubstr("is no file of Quadlet's"));
    EXPECT_THAT(first("a b.volume", "[Volume]\n"), HasSubstr("cannot be a unit's name"));
    EXPECT_THAT(first("a.volume", "[Volume]\n[Volum]\n"),
                HasSubstr(":2: [Volum] is no section of a .volume file; did you mean 'Volume'?"));
    EXPECT_THAT(first("a.volume", "[Volume]\n[Pod]\n"), HasSubstr(":2: [Pod] is no section"));
    EXPECT_THAT(first("a.volume", "[Volume]\n[Quadlet]\nDefaultDependencie=no\n"),
                HasSubstr("did you mean 'DefaultDependencies'?"));
    EXPECT_THAT(first("a.volume", "[Volume]\n[Quadlet]\nDefaultDependencies=maybe\n"),
                HasSubstr(":3: DefaultDependencies="));
}

} // namespace
} // namespace slipway::quadlet
