// SPDX-License-Identifier: LGPL-2.1-or-later
// Every key of Quadlet's: it makes a difference or is refused by name, and the page says which.
#include "base/file.hpp"
#include "generated.hpp"
#include "quadlet/key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::quadlet {
namespace {

using ::testing::HasSubstr;

// What podman-systemd.unit(5) lists for [Container], [Pod], [Network], [Volume], [Image] and [Build].
const std::map<Kind, std::vector<std::string>> documented{
    {Kind::container,
     {"AddCapability",
      "AddDevice",
      "AddHost",
      "Annotation",
      "AppArmor",
      "AutoUpdate",
      "CgroupsMode",
      "ContainerName",
      "ContainersConfModule",
      "DNS",
      "DNSOption",
      "DNSSearch",
      "DropCapability",
      "Entrypoint",
      "Environment",
      "EnvironmentFile",
      "EnvironmentHost",
      "Exec",
      "ExposeHostPort",
      "GIDMap",
      "GlobalArgs",
      "Group",
      "GroupAdd",
      "HealthCmd",
      "HealthInterval",
      "HealthLogDestination",
      "HealthMaxLogCount",
      "HealthMaxLogSize",
      "HealthOnFailure",
      "HealthRetries",
      "HealthStartPeriod",
      "HealthStartupCmd",
      "HealthStartupInterval",
      "HealthStartupRetries",
      "HealthStartupSuccess",
      "HealthStartupTimeout",
      "HealthTimeout",
      "HostName",
      "HttpProxy",
      "Image",
      "IP",
      "IP6",
      "Label",
      "LogDriver",
      "LogOpt",
      "Mask",
      "Memory",
      "Mount",
      "Network",
      "NetworkAlias",
      "NoNewPrivileges",
      "Notify",
      "PidsLimit",
      "Pod",
      "PodmanArgs",
      "PublishPort",
      "Pull",
      "ReadOnly",
      "ReadOnlyTmpfs",
      "ReloadCmd",
      "ReloadSignal",
      "Retry",
      "RetryDelay",
      "Rootfs",
      "RunInit",
      "SeccompProfile",
      "Secret",
      "SecurityLabelDisable",
      "SecurityLabelFileType",
      "SecurityLabelLevel",
      "SecurityLabelNested",
      "SecurityLabelType",
      "ServiceName",
      "ShmSize",
      "StartWithPod",
      "StopSignal",
      "StopTimeout",
      "SubGIDMap",
      "SubUIDMap",
      "Sysctl",
      "Timezone",
      "Tmpfs",
      "UIDMap",
      "Ulimit",
      "Unmask",
      "User",
      "UserNS",
      "Volume",
      "WorkingDir"}},
    {Kind::pod, {"AddHost", "ContainersConfModule", "DNS",        "DNSOption", "DNSSearch",   "ExitPolicy",
                 "GIDMap",  "GlobalArgs",           "HostName",   "IP",        "IP6",         "Label",
                 "Network", "NetworkAlias",         "PodmanArgs", "PodName",   "PublishPort", "ServiceName",
                 "ShmSize", "StopTimeout",          "SubGIDMap",  "SubUIDMap", "UIDMap",      "UserNS",
                 "Volume"}},
    {Kind::network,
     {"ContainersConfModule", "DisableDNS", "DNS", "Driver", "Gateway", "GlobalArgs", "InterfaceName",
      "Internal", "IPAMDriver", "IPRange", "IPv6", "Label", "NetworkDeleteOnStop", "NetworkName", "Options",
      "PodmanArgs", "ServiceName", "Subnet"}},
    {Kind::volume,
     {"ContainersConfModule", "Copy", "Device", "Driver", "GID", "GlobalArgs", "Group", "Image", "Label",
      "Options", "PodmanArgs", "ServiceName", "Type", "UID", "User", "VolumeName"}},
    {Kind::image,
     {"AllTags", "Arch", "AuthFile", "CertDir", "ContainersConfModule", "Creds", "DecryptionKey",
      "GlobalArgs", "Image", "ImageTag", "OS", "PodmanArgs", "Policy", "Retry", "RetryDelay", "ServiceName",
      "TLSVerify", "Variant"}},
    {Kind::build,
     {"Annotation",
      "Arch",
      "AuthFile",
      "BuildArg",
      "ContainersConfModule",
      "DNS",
      "DNSOption",
      "DNSSearch",
      "Environment",
      "File",
      "ForceRM",
      "GlobalArgs",
      "GroupAdd",
      "IgnoreFile",
      "ImageTag",
      "Label",
      "Network",
      "PodmanArgs",
      "Pull",
      "Retry",
      "RetryDelay",
      "Secret",
      "ServiceName",
      "SetWorkingDirectory",
      "Target",
      "TLSVerify",
      "Variant",
      "Volume"}},
};

// Values that mean something, where "v" would not; what follows a line is beside it.
const std::map<std::string, std::string> samples{
    {"AddDevice", "/dev/null"},
    {"Environment", "A=1"},
    {"Annotation", "a=b"},
    {"Label", "a=b"},
    {"BuildArg", "a=b"},
    {"EnvironmentHost", "yes"},
    {"GlobalArgs", "--debug"},
    {"Group", "g\nUser=u"},
    {"HealthOnFailure", "kill"},
    {"LogOpt", "tag=x"},
    {"Mount", "type=tmpfs,target=/t"},
    {"NoNewPrivileges", "true"},
    {"Notify", "healthy"},
    {"Pod", "p.pod"},
    {"PodmanArgs", "--env=Z=1"},
    {"Pull", "always"},
    {"ReadOnly", "yes"},
    {"RunInit", "yes"},
    {"ReadOnlyTmpfs", "no\nReadOnly=yes"},
    {"StartWithPod", "no\nPod=p.pod"},
    {"Timezone", "local"},
    {"Sysctl", "a=b"},
    {"UserNS", "keep"},
    {"Gateway", "10.0.0.1\nSubnet=10.0.0.0/8"},
    {"IPRange", "10.0.0.0/9\nSubnet=10.0.0.0/8"},
    {"IPv6", "no"},
    {"Internal", "yes"},
    {"NetworkDeleteOnStop", "yes"},
    {"Variant", "v8\nArch=arm64"},
    {"OS", "plan9\nArch=arm64"},
    {"Policy", "missing"},
    {"Type", "ext4\nDevice=/dev/x"},
    {"ExitPolicy", "continue"},
    {"SetWorkingDirectory", "unit"},
    {"Volume", "/a:/b"},
    {"SecurityLabelDisable", "yes"},
};

std::string sample_of(Kind kind, const Key& key)
{
    if (kind == Kind::network && key.name == "Options")
        return "mtu=1400";
    if (kind == Kind::volume && (key.name == "User" || key.name == "Group"))
        return "7\nDevice=/dev/x";
    const auto found = samples.find(std::string{key.name});
    return found == samples.end() ? "v" : found->second;
}

// What a file of KIND needs.
std::string base_of(Kind kind, std::string_view key)
{
    switch (kind) {
    case Kind::container:
        return key == "Image" ? "" : "Image=i\n";
    case Kind::image:
        return key == "Image" ? "" : "Image=i\n";
    case Kind::build:
        return std::string{"ImageTag=t\n"} + (key == "SetWorkingDirectory" ? "" : "SetWorkingDirectory=/w\n");
    default:
        return "";
    }
}

// LINES may have more assignments; the one of KEY is line 3 or 4.
Made with(Kind kind, std::string_view key, const std::string& lines)
{
    const KindRow& row = row_of(kind);
    std::map<std::string, std::string> files{
        {"x" + std::string{row.extension},
         "[" + std::string{row.section} + "]\n" + base_of(kind, key) + lines}};
    files.try_emplace("p.pod", "[Pod]\n");
    if (kind == Kind::pod)
        files["user.container"] = "[Container]\nImage=i\nPod=x.pod\n";
    if (kind == Kind::image)
        files["user.container"] = "[Container]\nImage=x.image\n";
    Made made = generated(files);
    std::erase_if(made.complaints, [](const std::string& complaint) {
        return complaint.find("/user.container") != std::string::npos;
    });
    return made;
}

std::string texts_of(const Made& made)
{
    std::string texts;
    for (const auto& [name, unit] : made.units)
        texts += name + "\n" + unit.text;
    return texts;
}

TEST(TheKeys, AreThoseThatPodmanDocuments)
{
    for (const KindRow& row : kinds) {
        std::vector<std::string> names;
        for (const Key& key : keys_of(row.kind))
            names.emplace_back(key.name);
        EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(documented.at(row.kind))) << row.section;
    }
}

TEST(TheKeys, MakeADifferenceOrAreRefusedByName)
{
    for (const KindRow& row : kinds)
        for (const Key& key : keys_of(row.kind)) {
            const std::string name{key.name};
            SCOPED_TRACE(std::string{row.section} + " " + name);
            const std::string wish = key.shape == Shape::only ? "other" : sample_of(row.kind, key);
            const Made made = with(row.kind, key.name, name + "=" + wish + "\n");
            const std::string own_unit = "/x" + std::string{row.extension};
            if (key.shape == Shape::refused || key.shape == Shape::only) {
                ASSERT_FALSE(made.complaints.empty());
                EXPECT_THAT(made.complaints.front(), HasSubstr(own_unit + ":"));
                EXPECT_THAT(made.complaints.front(), HasSubstr(name + "="));
                EXPECT_THAT(made.complaints.front(),
                            HasSubstr(std::string{key.shape == Shape::only ? key.reason : key.word}));
            }
            if (key.shape == Shape::refused)
                continue;
            const std::string good = key.shape == Shape::only ? std::string{key.word} : wish;
            const Made taken = with(row.kind, key.name, name + "=" + good + "\n");
            EXPECT_THAT(taken.complaints, ::testing::Each(HasSubstr("warning: ")));
            const std::size_t more = good.find('\n');
            const Made without =
                with(row.kind, key.name, more == std::string::npos ? "" : good.substr(more + 1) + "\n");
            // Taken for what is so anyway.
            if (key.shape == Shape::only || key.name == "SecurityLabelDisable") {
                if (key.name != "Unmask") {
                    EXPECT_EQ(texts_of(taken), texts_of(without));
                }
                continue;
            }
            EXPECT_NE(texts_of(taken), texts_of(without));
            if (key.shape != Shape::deed) {
                EXPECT_THAT(texts_of(taken), HasSubstr(' ' + std::string{key.word}));
            }
        }
}

TEST(TheKeys, AreUnknownByAnotherName)
{
    for (const KindRow& row : kinds) {
        const Made made = with(row.kind, "", "Zzyzx=1\n");
        ASSERT_EQ(made.complaints.size(), 1U);
        EXPECT_THAT(made.complaints.front(),
                    HasSubstr("Zzyzx= is no key of [" + std::string{row.section} + "]"));
    }
    EXPECT_THAT(web("Enviroment=A=1\n").complaints,
                ::testing::ElementsAre(
                    "/q/web.container:3: Enviroment= is no key of [Container]; did you mean 'Environment'?"));
}

// As the page has it.
std::string row_text(const Key& key)
{
    const std::string begin = "| `" + std::string{key.name} + "` | ";
    switch (key.shape) {
    case Shape::deed:
        return begin + std::string{key.word} + " |";
    case Shape::refused:
        return begin + "refused: " + std::string{key.word} + " |";
    case Shape::only:
        return begin + "only `" + std::string{key.word} + "`: " + std::string{key.reason} + " |";
    default:
        return begin + "`" + std::string{key.word} + "` |";
    }
}

TEST(TheDocument, HasEveryKeyInItsTable)
{
    const std::string page = read_file(SLIPWAY_DOCUMENT);
    for (const KindRow& row : kinds) {
        const std::size_t begin = page.find("\n## [" + std::string{row.section} + "]\n");
        ASSERT_NE(begin, std::string::npos) << row.section;
        const std::string part = page.substr(begin, page.find("\n## ", begin + 1) - begin);
        std::size_t rows = 0;
        for (const Key& key : keys_of(row.kind)) {
            EXPECT_NE(part.find('\n' + row_text(key) + '\n'), std::string::npos) << row_text(key);
            ++rows;
        }
        std::size_t there = 0;
        for (std::size_t at = part.find("\n| `"); at != std::string::npos; at = part.find("\n| `", at + 1))
            ++there;
        EXPECT_EQ(there, rows) << row.section;
    }
}

} // namespace
} // namespace slipway::quadlet
