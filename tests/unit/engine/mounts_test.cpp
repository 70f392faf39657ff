// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts of a container: which wishes can be meant, and what the launcher gets.
#include "engine/container/mounts.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

MountWish wish(const char* type, const char* source, const char* target)
{
    MountWish wish;
    wish.type = type;
    wish.source = source;
    wish.target = target;
    return wish;
}

std::vector<std::string> options_of(const MountWish& wish, UserIds ids = UserIds::own)
{
    const Mount mount = complete(wish);
    return runtime_mount(mount, "/place", ids).options;
}

TEST(ATarget, IsMadeNormal)
{
    EXPECT_EQ(complete(wish("volume", "data", "//srv/./a/../b//")).target, "/srv/b");
}

TEST(ATarget, ThatIsTheRootOrTheKernelsIsRefused)
{
    for (const char* target : {"", "srv", "/", "/..", "/a/..", "/proc", "/proc/sys", "/srv/../proc"})
        EXPECT_FAILURE(complete(wish("volume", "data", target)), ErrorCode::invalid_mount, "mount at");
}

TEST(AVolume, IsShownWithTheContainersIds)
{
    EXPECT_THAT(options_of(wish("volume", "data", "/srv")), ElementsAre("bind", "nodev", "idmap"));
    EXPECT_THAT(options_of(wish("volume", "data", "/srv"), UserIds::hosts), ElementsAre("bind", "nodev"));
    MountWish plain = wish("volume", "data", "/srv");
    plain.is_not_mapped = true;
    plain.is_read_only = true;
    EXPECT_THAT(options_of(plain), ElementsAre("ro", "bind", "nodev"));
}

TEST(AVolume, HasANameAndASubpathWithinIt)
{
    for (const char* name : {"a/b", "-a", ".a", "a b", "../a"})
        EXPECT_FAILURE(complete(wish("volume", name, "/srv")), ErrorCode::invalid_name, "not a volume name");
    EXPECT_TRUE(complete(wish("volume", "", "/srv")).is_anonymous);
    MountWish below = wish("volume", "data", "/srv");
    for (const char* path : {"/etc", "..", "../x", "a/../../x"}) {
        below.sub_path = path;
        EXPECT_FAILURE(complete(below), ErrorCode::invalid_mount, "subpath");
    }
    below.sub_path = "a/b";
    EXPECT_EQ(complete(below).sub_path, "a/b");
}

TEST(ABind, ShowsWhatIsMountedBelowItAsWell)
{
    EXPECT_THAT(options_of(wish("bind", "/host", "/srv")), ElementsAre("rbind", "rnodev", "ridmap"));
    MountWish read_only = wish("bind", "/host", "/srv");
    read_only.is_read_only = true;
    EXPECT_THAT(options_of(read_only), Contains("rro"));
    read_only.recursive = "writable";
    EXPECT_THAT(options_of(read_only), Contains("ro"));
    read_only.recursive = "disabled";
    EXPECT_THAT(options_of(read_only), ElementsAre("ro", "bind", "nodev", "idmap"));
    read_only.propagation = "rslave";
    EXPECT_THAT(options_of(read_only), Contains("rslave"));
}

TEST(ABind, OpensDevicesOnlyOnRequest)
{
    MountWish devices = wish("bind", "/dev/snd", "/dev/snd");
    devices.options = {"dev"};
    EXPECT_THAT(options_of(devices), Not(Contains(HasSubstr("nodev"))));
}

TEST(ATmpfs, IsWithoutProgramsAndDevicesUnlessItSays)
{
    MountWish memory = wish("tmpfs", "", "/t");
    EXPECT_THAT(options_of(memory), ElementsAre("nosuid", "nodev", "noexec", "mode=1777"));
    memory.options = {"exec", "size=16m", "mode=755"};
    EXPECT_THAT(options_of(memory), ElementsAre("exec", "size=16m", "mode=755", "nosuid", "nodev"));
    MountWish sized = wish("tmpfs", "", "/t");
    sized.size = 65536;
    sized.mode = 0750;
    EXPECT_THAT(options_of(sized), Contains("size=65536"));
    EXPECT_THAT(options_of(sized), Contains("mode=750"));
}

TEST(AMount, WithWhatIsOfAnotherKindIsRefused)
{
    const auto refuses = [](MountWish wish, auto change) {
        change(wish);
        EXPECT_FAILURE(complete(wish), ErrorCode::invalid_mount, "mount at");
    };
    const MountWish volume = wish("volume", "data", "/srv");
    const MountWish bind = wish("bind", "/host", "/srv");
    const MountWish tmpfs = wish("tmpfs", "", "/srv");
    refuses(volume, [](MountWish& w) { w.propagation = "shared"; });
    refuses(volume, [](MountWish& w) { w.size = 1; });
    refuses(volume, [](MountWish& w) { w.options = {"size=1"}; });
    refuses(volume, [](MountWish& w) { w.type = "npipe"; });
    refuses(bind, [](MountWish& w) { w.has_no_copy = true; });
    refuses(bind, [](MountWish& w) { w.sub_path = "a"; });
    refuses(bind, [](MountWish& w) { w.source = "host"; });
    refuses(bind, [](MountWish& w) { w.source = ""; });
    refuses(bind, [](MountWish& w) { w.propagation = "sideways"; });
    refuses(bind, [](MountWish& w) { w.recursive = "maybe"; });
    refuses(bind, [](MountWish& w) { w.volume_labels["a"] = "b"; });
    refuses(bind, [](MountWish& w) { w.options = {"idmap=uids=0-1-2"}; });
    refuses(bind, [](MountWish& w) { w.options = {"exec", "noexec"}; });
    refuses(bind, [](MountWish& w) { w.is_read_only = true, w.options = {"rw"}; });
    refuses(tmpfs, [](MountWish& w) { w.source = "/host"; });
    refuses(tmpfs, [](MountWish& w) { w.mode = 077777; });
    refuses(tmpfs, [](MountWish& w) { w.options = {"lowerdir=/"}; });
    refuses(tmpfs, [](MountWish& w) { w.options = {"bind"}; });
}

TEST(AVolumeOfAnImage, IsRefusedWhereItWouldHideTheKernelsFiles)
{
    for (const char* target :
         {"/", "/proc", "/proc/self", "/sys", "/sys/fs/cgroup", "/dev", "/dev/shm", "relative"})
        EXPECT_FAILURE(volume_of_image(target, {}), ErrorCode::invalid_mount, "image");
    EXPECT_EQ(volume_of_image("/var/lib/data/", {})->target, "/var/lib/data");
    EXPECT_FALSE(volume_of_image("/var/lib/data/", {"/var/lib/data"}));
}

TEST(Mounts, ComeBackAsTheyWereWritten)
{
    Mount first = complete(wish("bind", "/host", "/srv"));
    Mount second = complete(wish("volume", "data", "/a"));
    second.copies = false;
    second.sub_path = "x";
    EXPECT_THAT(read_mounts(to_json({first, second})), ElementsAre(first, second));
}

TEST(Mounts, AreInTheOrderOfTheirDepthAndInPlaceOfOurs)
{
    const std::vector<oci::Mount> ours{{"/dev", "tmpfs"}, {"/dev/shm", "tmpfs"}, {"/sys", "sysfs"}};
    const std::vector<oci::Mount> added{{"/a/b/c", "bind"}, {"/dev/shm", "bind"}, {"/a", "bind"}};
    std::vector<std::string> order;
    for (const oci::Mount& mount : merge(ours, added))
        order.push_back(mount.type + mount.destination);
    EXPECT_THAT(order, ElementsAre("tmpfs/dev", "sysfs/sys", "bind/a", "bind/dev/shm", "bind/a/b/c"));
}

} // namespace
} // namespace slipway::engine
