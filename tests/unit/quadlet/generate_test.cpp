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

TEST(Pods, HoldTheNetworkOfTheirContainers)
{
    const Made made =
        generated({{"shop.pod", "[Pod]\nPublishPort=80:80\nHostName=shop\nVolume=/a:/b\nUserNS=keep\n"},
                   {"web.container", "[Container]\nImage=i\nPod=shop.pod\n"},
                   {"db.container", "[Container]\nImage=j\nPod=shop.pod\nStartWithPod=no\n"}});
    EXPECT_THAT(made.complaints, IsEmpty());
    EXPECT_EQ(made.exec("shop-pod.service"), "/usr/bin/slipway run --supervise --replace --rm --name "
                                             "systemd-shop --publish 80:80 --hostname shop --userns keep "
                                             "--volume /a:/b --pull never localhost/slipway-pause");
    EXPECT_EQ(made.line("shop-pod.service", "ExecStartPre"), "/usr/bin/slipway unit pause-image --quiet");
    EXPECT_EQ(made.line("shop-pod.service", "Restart"), "on-failure");
    EXPECT_EQ(made.line("shop-pod.service", "StopWhenUnneeded"), "yes");
    EXPECT_TRUE(made.has_line("shop-pod.service", "Wants=web.service"));
    EXPECT_TRUE(made.has_line("shop-pod.service", "Before=web.service"));
    EXPECT_FALSE(made.has_line("shop-pod.service", "Wants=db.service"));
    for (const char* const unit : {"web.service", "db.service"}) {
        EXPECT_TRUE(made.has_line(unit, "BindsTo=shop-pod.service"));
        EXPECT_TRUE(made.has_line(unit, "After=shop-pod.service"));
        EXPECT_THAT(made.exec(unit), HasSubstr("--network container:systemd-shop --hostname shop --userns "
                                               "keep --volumes-from systemd-shop"));
    }
}

TEST(Pods, SayTheNetworkAlone)
{
    for (const char* const line :
         {"Network=none", "IP=10.0.0.1", "PublishPort=80", "NetworkAlias=a", "DNS=1.1.1.1"})
        EXPECT_THAT(
            generated({{"p.pod", "[Pod]\n"},
                       {"w.container", std::string{"[Container]\nImage=i\nPod=p.pod\n"} + line + "\n"}})
                .complaints,
            ElementsAre(HasSubstr("/q/w.container:4: ")));
    EXPECT_EQ(generated({{"p.pod", "[Pod]\nExitPolicy=continue\n"},
                         {"w.container", "[Container]\nImage=i\nPod=p.pod\n"}})
                  .line("p-pod.service", "StopWhenUnneeded"),
              "");
    EXPECT_THAT(generated({{"p.pod", "[Pod]\nExitPolicy=never\n"}}).complaints,
                ElementsAre(HasSubstr(":2: ExitPolicy=never")));
}

TEST(References, OfUnitsAreTheirServices)
{
    const Made made = generated(
        {{"a.container", "[Unit]\nAfter=b.container c.service "
                         "d.volume\nWants=\"b.container\"\n[Container]\nImage=i\nNetwork=b.container\n"},
         {"b.container", "[Container]\nImage=i\nServiceName=bee\n"},
         {"d.volume", "[Volume]\n"}});
    EXPECT_THAT(made.complaints, IsEmpty());
    EXPECT_TRUE(made.has_line("a.service", "After=bee.service c.service d-volume.service"));
    EXPECT_TRUE(made.has_line("a.service", "Wants=bee.service"));
    EXPECT_THAT(made.exec("a.service"), HasSubstr("--network container:systemd-bee i"));
    EXPECT_THAT(
        generated({{"a.container", "[Unit]\nAfter=bb.container\n[Container]\nImage=i\n"},
                   {"b.container", "[Container]\nImage=i\n"}})
            .complaints,
        ElementsAre("/q/a.container:2: After=: there is no file bb.container; did you mean 'b.container'?"));
}

TEST(References, OfBadFilesAreBadTooAndOthersAreMade)
{
    const Made made = generated({{"a.container", "[Container]\nImage=i\nNetwork=b.container\n"},
                                 {"b.container", "[Container]\nImage=i\nVolume=c.volume:/c\n"},
                                 {"c.volume", "[Volume]\nCopy=no\n"},
                                 {"good.container", "[Container]\nImage=i\n"}});
    EXPECT_THAT(made.complaints,
                ElementsAre("/q/a.container:3: Network=: b.container makes no unit: see what is said of it",
                            "/q/b.container:3: Volume=: c.volume makes no unit: see what is said of it",
                            HasSubstr("/q/c.volume:2: Copy=no")));
    EXPECT_EQ(made.units.size(), 1U);
    EXPECT_TRUE(made.units.contains("good.service"));
}

TEST(Names, OfOneServiceAreOneFiles)
{
    const Made made = generated({{"a.container", "[Container]\nImage=i\n"},
                                 {"b.container", "[Container]\nImage=i\nServiceName=a\n"}});
    EXPECT_THAT(made.complaints,
                ElementsAre(HasSubstr("/q/b.container: makes a.service, as /q/a.container does")));
    EXPECT_EQ(made.units.size(), 1U);
}

TEST(Names, AreThoseThatTheEngineTakes)
{
    const auto first = [](const std::string& name, const std::string& text) {
        const Made made = generated({{name, text}});
        return made.complaints.size() == 1 ? made.complaints.front()
                                           : std::to_string(made.complaints.size()) + " complaints";
    };
    EXPECT_THAT(first("a.b.network", "[Network]\n"),
                HasSubstr("a.b.network: 'systemd-a.b' cannot be its name"));
    EXPECT_THAT(first("a.network", "[Network]\nNetworkName=-x\n"),
                HasSubstr(":2: NetworkName=: '-x' cannot be its name"));
    EXPECT_THAT(first("a.volume", "[Volume]\nVolumeName=a/b\n"), HasSubstr(":2: VolumeName="));
    EXPECT_THAT(first("a.container", "[Container]\nImage=i\nContainerName=" + std::string(64, 'x') + "\n"),
                HasSubstr(":3: ContainerName="));
    EXPECT_THAT(first(std::string(60, 'x') + ".pod", "[Pod]\n"), HasSubstr("PodName= can say another"));
    EXPECT_THAT(generated({{"a.b.container", "[Container]\nImage=i\n"},
                           {"c.container", "[Container]\nImage=i\nContainerName=x-%m-%i\n"}})
                    .complaints,
                IsEmpty());
}

TEST(Images, ComeFromRegistries)
{
    EXPECT_EQ(generated({{"a.container", "[Container]\nImage=docker://x/y:1\n"}}).exec("a.service"),
              "/usr/bin/slipway run --supervise --replace --rm --name systemd-%N x/y:1");
    const Made made = generated(
        {{"a.container", "[Container]\nImage=b.image\n"}, {"b.image", "[Image]\nImage=docker://x/y:1\n"}});
    EXPECT_THAT(made.exec("a.service"), HasSubstr(" x/y:1"));
    EXPECT_THAT(made.exec("b-image.service"), HasSubstr(" x/y:1"));
    EXPECT_THAT(generated({{"a.image", "[Image]\nImage=oci-archive:/x.tar\n"}}).complaints,
                ElementsAre(HasSubstr(":2: Image=oci-archive:/x.tar is not taken")));
    EXPECT_THAT(generated({{"a.container", "[Container]\nRootfs=/x\n"}}).complaints,
                ElementsAre(HasSubstr(":2: Rootfs= is not taken")));
}

TEST(Templates, HaveInstances)
{
    const Made made =
        generated({{"t@.container", "[Container]\nImage=i\nVolume=d@.volume:/"
                                    "d\n[Install]\nWantedBy=multi-user.target\nDefaultInstance=7\n"},
                   {"t@x.container",
                    "[Container]\nImage=i\nVolume=d@.volume:/d\n[Install]\nWantedBy=multi-user.target\n"},
                   {"u@.container", "[Container]\nImage=i\n[Install]\nWantedBy=multi-user.target\n"},
                   {"d@.volume", "[Volume]\n"}});
    EXPECT_THAT(made.complaints, IsEmpty());
    EXPECT_THAT(made.exec("t@.service"), HasSubstr("--name systemd-%p_%i --volume systemd-d-%i:/d"));
    EXPECT_TRUE(made.has_line("t@.service", "Requires=d-volume@%i.service"));
    EXPECT_THAT(made.exec("t@x.service"), HasSubstr("--name systemd-%p_%i"));
    EXPECT_THAT(made.units.at("t@.service").links,
                ElementsAre(Link{"multi-user.target.wants/t@7.service", "../t@.service"}));
    EXPECT_THAT(made.units.at("t@x.service").links,
                ElementsAre(Link{"multi-user.target.wants/t@x.service", "../t@x.service"}));
    EXPECT_THAT(made.units.at("u@.service").links, IsEmpty());
    EXPECT_THAT(made.exec("d-volume@.service"), HasSubstr(" systemd-d-%i"));
    EXPECT_THAT(generated({{"w.container", "[Container]\nImage=i\nVolume=d@.volume:/d\n"},
                           {"d@.volume", "[Volume]\n"}})
                    .complaints,
                ElementsAre(HasSubstr("d@.volume is a template, and this file is none")));
}

TEST(Templates, KeepTheirMarkUnderAnotherName)
{
    const Made made = generated({{"t@.container", "[Container]\nImage=i\nServiceName=other@\n"},
                                 {"u@.container", "[Unit]\nAfter=t@.container\n[Container]\nImage=i\n"}});
    EXPECT_THAT(made.complaints, IsEmpty());
    EXPECT_TRUE(made.units.contains("other@.service"));
    EXPECT_TRUE(made.has_line("u@.service", "After=other@%i.service"));
    EXPECT_THAT(generated({{"t@.container", "[Container]\nImage=i\nServiceName=other\n"}}).complaints,
                ElementsAre(HasSubstr(":3: ServiceName= of a template ends with @")));
}

TEST(Install, MakesLinks)
{
    const Made made = generated(
        {{"w.container", "[Container]\nImage=i\n[Install]\nAlias=web.service www.service\nWantedBy=a.target "
                         "b.target\nRequiredBy=c.service\nUpheldBy=d.target\n"}});
    EXPECT_THAT(made.units.at("w.service").links,
                ElementsAre(Link{"web.service", "w.service"}, Link{"www.service", "w.service"},
                            Link{"a.target.wants/w.service", "../w.service"},
                            Link{"b.target.wants/w.service", "../w.service"},
                            Link{"c.service.requires/w.service", "../w.service"},
                            Link{"d.target.upholds/w.service", "../w.service"}));
    EXPECT_TRUE(made.has_line("w.service", "[Install]"));
    for (const char* const line : {"WantedBy=../../etc/x.target", "WantedBy=plain", "Alias=x.target",
                                   "WantdBy=x.target", "RequiredBy=%i.target", "Alias=a/b.service"})
        EXPECT_THAT(
            generated({{"w.container", std::string{"[Container]\nImage=i\n[Install]\n"} + line + "\n"}})
                .complaints,
            ElementsAre(HasSubstr("/q/w.container:4: ")))
            << line;
    EXPECT_THAT(generated({{"w.container", "[Container]\nImage=i\n[Install]\nAlso=x.service\n"}}).complaints,
                ElementsAre(HasSubstr(":4: warning: Also=")));
}

TEST(DropIns, AddAndTakeBack)
{
    const Made made = generated(
        {{"w.container", "[Container]\nImage=i\nEnvironment=A=1\nVolume=/a:/a\n"},
         {"w.container.d/1.conf", "[Container]\nImage=j\nVolume=\nVolume=/b:/b\n[Service]\nRestart=always\n"},
         {"w.container.d/2.conf", "[Container]\nBad=1\n"}});
    EXPECT_THAT(made.complaints, ElementsAre("/q/w.container.d/2.conf:2: Bad= is no key of [Container]"));
    const Made good =
        generated({{"w.container", "[Container]\nImage=i\nEnvironment=A=1\nVolume=/a:/a\n"},
                   {"w.container.d/1.conf",
                    "[Container]\nImage=j\nVolume=\nVolume=/b:/b\n[Service]\nRestart=always\n"}});
    EXPECT_THAT(good.exec("w.service"), HasSubstr("--env A=1 --volume /b:/b j"));
    EXPECT_EQ(good.line("w.service", "Restart"), "always");
}

TEST(DefaultDependencies, CanBeLeftOut)
{
    const Made made = generated(
        {{"w.container", "[Container]\nImage=i\n[Quadlet]\nDefaultDependencies=no\n[X-Own]\nA=b\n"}});
    EXPECT_THAT(made.text("w.service"), Not(HasSubstr("network-online")));
    EXPECT_THAT(made.text("w.service"), Not(HasSubstr("[Quadlet]")));
    EXPECT_THAT(made.text("w.service"), HasSubstr("[X-Own]\nA=b\n"));
}

} // namespace
} // namespace slipway::quadlet
