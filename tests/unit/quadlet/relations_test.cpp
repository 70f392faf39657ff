// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that belong together: pods, references, templates, drop-ins, and what enables them.
#include "generated.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::quadlet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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
