// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts as docker's users write them.
#include "slipway/mounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using client::Mount;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Mount volume(const char* text)
{
    return parse_volume(text, "/home/me");
}

Mount mount(const char* text)
{
    return parse_mount(text, "/home/me");
}

TEST(VolumeOption, WithATargetAloneIsAnAnonymousVolume)
{
    const Mount found = volume("/srv");
    EXPECT_EQ(found.type, "volume");
    EXPECT_EQ(found.source, "");
    EXPECT_EQ(found.target, "/srv");
}

TEST(VolumeOption, WithANameIsThatVolume)
{
    const Mount found = volume("data:/srv:ro,nocopy");
    EXPECT_EQ(found.type, "volume");
    EXPECT_EQ(found.source, "data");
    EXPECT_TRUE(found.is_read_only);
    EXPECT_TRUE(found.has_no_copy);
    EXPECT_FALSE(volume("data:/srv").is_read_only);
    EXPECT_FALSE(volume("data:/srv:rw").is_read_only);
}

TEST(VolumeOption, WithAPathIsABind)
{
    EXPECT_EQ(volume("/host/a:/srv").type, "bind");
    EXPECT_EQ(volume("/host/a:/srv").source, "/host/a");
    EXPECT_EQ(volume("./a:/srv").source, "/home/me/a");
    EXPECT_EQ(volume("../a:/srv").source, "/home/a");
    EXPECT_EQ(volume(".:/srv").type, "bind");
    EXPECT_EQ(volume(".hidden:/srv").type, "volume"); // the engine refuses the name
}

TEST(VolumeOption, TakesDockersWords)
{
    const Mount found = volume("/a:/b:ro,rslave,noexec,noidmap,bind,cached");
    EXPECT_EQ(found.propagation, "rslave");
    EXPECT_EQ(found.recursive, "disabled");
    EXPECT_TRUE(found.is_not_mapped);
    EXPECT_TRUE(found.is_read_only);
    EXPECT_THAT(found.options, ElementsAre("noexec"));
    EXPECT_FALSE(volume("/a:/b:ro,ro").options.size()); // twice the same is no contradiction
}

TEST(VolumeOption, ThatCannotBeMeantIsRefused)
{
    for (const char* text : {"", ":", "::", ":/c", "a:", "a::ro", "a:b", "relative", "a:/b:ro:rw",
                             "a:/b:", "a:/b:rw,ro", "a:/b:wat", "a:/b:ro,", "/a:/b:shared,private",
                             "/a:/b:idmap,noidmap", "/a:/b:z", "/a:/b:ro,Z", "a:/b:size=3"})
        EXPECT_THROW(volume(text), UsageError) << text;
}

TEST(VolumeOption, SaysThatRelabellingIsNotDone)
{
    try {
        volume("/a:/b:z");
        FAIL();
    } catch (const UsageError& error) {
        EXPECT_THAT(error.what(), HasSubstr("SELinux"));
    }
}

TEST(MountOption, IsAListOfKeysAndValues)
{
    const Mount found =
        mount("type=bind,SRC=/a,dst=/b,readonly,bind-propagation=rshared,bind-recursive=writable");
    EXPECT_EQ(found.type, "bind");
    EXPECT_EQ(found.source, "/a");
    EXPECT_EQ(found.target, "/b");
    EXPECT_TRUE(found.is_read_only);
    EXPECT_EQ(found.propagation, "rshared");
    EXPECT_EQ(found.recursive, "writable");
    EXPECT_FALSE(mount("target=/b,readonly=false").is_read_only);
    EXPECT_TRUE(mount("target=/b,ro=1").is_read_only);
}

TEST(MountOption, IsAVolumeUnlessItSays)
{
    const Mount found = mount("source=data,target=/b,volume-nocopy,volume-subpath=a/b,volume-label=k=v,"
                              "volume-opt=type=ext4,\"volume-opt=o=ro,noatime\"");
    EXPECT_EQ(found.type, "volume");
    EXPECT_EQ(found.source, "data");
    EXPECT_TRUE(found.has_no_copy);
    EXPECT_EQ(found.sub_path, "a/b");
    EXPECT_EQ(found.volume_labels.at("k"), "v");
    EXPECT_EQ(found.volume_options.at("type"), "ext4");
    EXPECT_EQ(found.volume_options.at("o"), "ro,noatime");
    EXPECT_EQ(mount("target=/b").source, "");
    EXPECT_EQ(mount("type=bind,source=./x,target=/b").source, "/home/me/x");
}

TEST(MountOption, GivesATmpfsItsSizeAndMode)
{
    const Mount found = mount("type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=0750");
    EXPECT_EQ(found.size, 64U << 20U);
    EXPECT_EQ(found.mode, 0750U);
}

TEST(MountOption, ThatCannotBeMeantIsRefused)
{
    for (const char* text :
         {"", "type=bind", "target=", "type=bind,target=/b", "target=/b,readonly=maybe", "target=/b,wat=1",
          "target=/b,what", "target=/b,tmpfs-mode=9", "target=/b,tmpfs-mode=17777",
          "target=/b,tmpfs-size=much", "target=/b,volume-opt==x", "target=/b,volume-driver=nfs",
          "\"target=/b", "tar\"get=/b", "\"target=/b\"x", "target=/b,", "target=/b,relabel=shared"})
        EXPECT_THROW(mount(text), UsageError) << text;
}

TEST(Fields, AreSplitAtCommasOutsideOfQuotes)
{
    EXPECT_THAT(split_fields("a,b"), ElementsAre("a", "b"));
    EXPECT_THAT(split_fields("\"a,b\",c"), ElementsAre("a,b", "c"));
    EXPECT_THAT(split_fields("\"a\"\"b\""), ElementsAre("a\"b"));
    EXPECT_THAT(split_fields("a,"), ElementsAre("a", ""));
    EXPECT_THAT(split_fields(""), ElementsAre(""));
}

TEST(TmpfsOption, HasATargetAndOptions)
{
    const Mount found = parse_tmpfs("/run:size=16m,mode=755,ro,exec");
    EXPECT_EQ(found.type, "tmpfs");
    EXPECT_EQ(found.target, "/run");
    EXPECT_TRUE(found.is_read_only);
    EXPECT_THAT(found.options, ElementsAre("size=16m", "mode=755", "exec"));
    EXPECT_THAT(parse_tmpfs("/run").options, IsEmpty());
    for (const char* text : {"", "run", "run:ro", "/run:", "/run:ro,,rw"})
        EXPECT_THROW(parse_tmpfs(text), UsageError) << text;
}

} // namespace
} // namespace slipway::cli
