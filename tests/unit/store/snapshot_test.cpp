// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole roots: what layers show together, what a container changed of it, owners that are shifted; and which
// driver is chosen.
#include "base/file.hpp"
#include "store/list_names.hpp"
#include "store/snapshot/choice.hpp"
#include "store/snapshot/layer_union.hpp"
#include "store/snapshot/merge.hpp"
#include "store/snapshot/whole_root.hpp"
#include "store/xattrs.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::store {
namespace {

namespace fs = std::filesystem;

class WholeRoots : public ::testing::Test {
  protected:
    void SetUp() override
    {
        if (::geteuid() != 0)
            GTEST_SKIP() << "wants root";
        for (const char* name : {"top", "middle", "bottom", "upper", "draft", "container"})
            fs::create_directory(root_ / name);
        if (::setxattr((root_ / "top").c_str(), "trusted.slipway-test", "x", 1, 0) != 0)
            GTEST_SKIP() << "the temporary directory has no trusted attributes";
    }
    void write(const fs::path& name, std::string_view content)
    {
        fs::create_directories((root_ / name).parent_path());
        replace_file(root_ / name, content, Durability::page_cache);
    }
    void hide(const fs::path& name)
    {
        fs::create_directories((root_ / name).parent_path());
        ASSERT_EQ(::mknod((root_ / name).c_str(), S_IFCHR, makedev(0, 0)), 0);
    }
    void make_opaque(const fs::path& name)
    {
        ASSERT_EQ(::setxattr((root_ / name).c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
    }
    std::vector<fs::path> layers() const { return {root_ / "top", root_ / "middle", root_ / "bottom"}; }
    // A container's whole root, as the copying driver builds it.
    WholeRoot build(std::uint32_t shift = 0)
    {
        build_whole_root({"copy", root_ / "draft", root_ / "upper", layers(), {}, shift});
        fs::rename(root_ / "draft", root_ / "container/root");
        return find_whole_root(root_ / "container").value();
    }
    // Every name below PATH, whiteouts with a "-".
    std::set<std::string> names_below(const fs::path& path) const
    {
        std::set<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator{root_ / path}) {
            const std::string name = entry.path().lexically_relative(root_ / path);
            names.insert((entry.is_character_file() ? "-" : "") + name);
        }
        return names;
    }
    std::set<std::string> changes(const WholeRoot& root)
    {
        fs::remove_all(root_ / "changes");
        write_changes(root, layers(), root_ / "changes");
        return names_below("changes");
    }
    static struct stat status(const fs::path& path)
    {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status;
    }

    slipway::testing::TemporaryDirectory root_;
};

TEST_F(WholeRoots, ShowWhatLayersShowTogether)
{
    write("bottom/kept/file", "bottom");
    write("bottom/gone", "bottom");
    write("bottom/opaque/below", "bottom");
    write("bottom/replaced/below", "bottom");
    write("bottom/file-then-directory", "bottom");
    hide("middle/gone");
    write("middle/opaque/own", "middle");
    make_opaque("middle/opaque");
    write("middle/replaced", "middle");
    write("middle/file-then-directory/own", "middle");
    write("middle/back", "middle");
    hide("top/back");
    write("top/gone", "top");
    write("top/kept/more", "top");
    const WholeRoot root = build();
    EXPECT_EQ(names_below("container/root/fs"),
              (std::set<std::string>{"kept", "kept/file", "kept/more", "gone", "opaque", "opaque/own",
                                     "replaced", "file-then-directory", "file-then-directory/own"}));
    EXPECT_EQ(read_file(root.tree / "gone"), "top");
    EXPECT_TRUE(changes(root).empty());
    EXPECT_EQ(root.driver, "copy");
}

TEST_F(WholeRoots, HaveTheLayersHardLinks)
{
    write("bottom/a", "text");
    fs::create_hard_link(root_ / "bottom/a", root_ / "bottom/b");
    write("middle/a", "other");
    fs::create_hard_link(root_ / "middle/a", root_ / "middle/c");
    const WholeRoot root = build();
    EXPECT_EQ(status(root.tree / "a").st_ino, status(root.tree / "c").st_ino);
    EXPECT_NE(status(root.tree / "a").st_ino, status(root.tree / "b").st_ino);
    EXPECT_TRUE(changes(root).empty());
    fs::create_hard_link(root.tree / "c", root.tree / "d");
    EXPECT_EQ(changes(root), (std::set<std::string>{"a", "c", "d"}));
    EXPECT_EQ(status(root_ / "changes/a").st_ino, status(root_ / "changes/d").st_ino);
}

TEST_F(WholeRoots, BeginWithWhatTheContainerHadChanged)
{
    write("bottom/etc/a", "image");
    write("bottom/etc/b", "image");
    write("upper/etc/a", "container");
    hide("upper/etc/b");
    const WholeRoot root = build();
    EXPECT_EQ(read_file(root.tree / "etc/a"), "container");
    EXPECT_EQ(changes(root), (std::set<std::string>{"etc", "etc/a", "-etc/b"}));
}

TEST_F(WholeRoots, TellTheirChanges)
{
    for (const char* name : {"bottom/etc/same", "bottom/etc/gone", "middle/etc/changed", "top/etc/mode",
                             "bottom/etc/stealthy", "bottom/directory/inner/file", "bottom/becomes/x"})
        write(name, "content");
    fs::create_symlink("there", root_ / "bottom/link");
    const WholeRoot root = build();
    fs::remove(root.tree / "etc/gone");
    replace_file(root.tree / "etc/changed", "other text", Durability::page_cache);
    fs::permissions(root.tree / "etc/mode", fs::perms{04711});
    // Content of the same length, and the time put back.
    const struct stat before = status(root.tree / "etc/stealthy");
    {
        const Fd file{::open((root.tree / "etc/stealthy").c_str(), O_WRONLY | O_CLOEXEC)};
        ASSERT_EQ(::pwrite(file.number(), "X", 1, 0), 1);
        const timespec times[2] = {before.st_atim, before.st_mtim};
        ASSERT_EQ(::futimens(file.number(), times), 0);
    }
    fs::remove_all(root.tree / "becomes");
    replace_file(root.tree / "becomes", "a file", Durability::page_cache);
    fs::rename(root.tree / "directory", root.tree / "moved");
    fs::remove(root.tree / "link");
    fs::create_symlink("here", root.tree / "link");
    ASSERT_EQ(::mkfifo((root.tree / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(changes(root), (std::set<std::string>{"etc", "-etc/gone", "etc/changed", "etc/mode",
                                                    "etc/stealthy", "becomes", "-directory", "moved",
                                                    "moved/inner", "moved/inner/file", "link", "pipe"}));
    EXPECT_EQ(read_file(root_ / "changes/etc/stealthy"), "Xontent");
    EXPECT_EQ(status(root_ / "changes/etc/mode").st_mode & 07777, 04711U);
}

TEST_F(WholeRoots, AreTheLayersAgainWithTheirChanges)
{
    write("bottom/a/b/c", "1");
    write("bottom/a/d", "2");
    const WholeRoot root = build();
    fs::remove_all(root.tree / "a/b");
    write("container/root/fs/a/b/new", "3");
    changes(root);
    fs::create_directory(root_ / "again");
    merge(LayerUnion::of({root_ / "changes", root_ / "top", root_ / "middle", root_ / "bottom"}),
          Fd{::open((root_ / "again").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)}, Sharing::never, {});
    EXPECT_EQ(names_below("again"), names_below("container/root/fs"));
}

TEST_F(WholeRoots, MayBelongToAContainersIds)
{
    constexpr std::uint32_t base = 0x70000000;
    write("bottom/mine", "text");
    write("bottom/strange", "text");
    ASSERT_EQ(::chown((root_ / "bottom/mine").c_str(), 33, 7), 0);
    ASSERT_EQ(::chown((root_ / "bottom/strange").c_str(), 70000, 0), 0);
    ASSERT_EQ(::chmod((root_ / "bottom/mine").c_str(), 06755), 0);
    const std::string capability("\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
    ASSERT_EQ(::setxattr((root_ / "bottom/mine").c_str(), "security.capability", capability.data(), 20, 0),
              0);
    const WholeRoot root = build(base);
    EXPECT_EQ(root.shift, base);
    EXPECT_EQ(status(root.tree).st_uid, base);
    EXPECT_EQ(status(root.tree / "mine").st_uid, base + 33);
    EXPECT_EQ(status(root.tree / "mine").st_gid, base + 7);
    EXPECT_EQ(status(root.tree / "strange").st_uid, base + 65534);
    EXPECT_EQ(status(root.tree / "mine").st_mode & 07777, 06755U);
    const Fd tree{::open(root.tree.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    // Of its namespace's root.
    EXPECT_EQ(xattrs_of(tree, "mine").at("security.capability").size(), 24U);
    EXPECT_TRUE(changes(root).empty());
    replace_file(root.tree / "new", "text", Durability::page_cache);
    ASSERT_EQ(::chown((root.tree / "new").c_str(), base + 5, base), 0);
    fs::create_hard_link(root.tree / "mine", root.tree / "other");
    EXPECT_EQ(changes(root), (std::set<std::string>{"new", "mine", "other"})); // which are one file
    EXPECT_EQ(status(root_ / "changes/new").st_uid, 5U);
    EXPECT_EQ(status(root_ / "changes/mine").st_uid, 33U);
    const Fd changed{::open((root_ / "changes").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    EXPECT_EQ(xattrs_of(changed, "mine").at("security.capability"), capability);
}

TEST(AnIdShift, KnowsTheIdsOfAccessControlLists)
{
    const std::string acl("\x02\0\0\0\x01\0\x06\0\xff\xff\xff\xff\x02\0\x04\0\x21\0\0\0", 20);
    const std::string there = IdShift::to_container(0x10000).shifted("system.posix_acl_access", acl);
    EXPECT_EQ(there, std::string("\x02\0\0\0\x01\0\x06\0\xff\xff\xff\xff\x02\0\x04\0\x21\0\x01\0", 20));
    EXPECT_EQ(IdShift::from_container(0x10000).shifted("system.posix_acl_access", there), acl);
    EXPECT_EQ(IdShift::to_container(0x10000).shifted("user.comment", acl), acl);
    EXPECT_EQ(IdShift{}.shifted("system.posix_acl_access", acl), acl);
}

TEST_F(WholeRoots, FollowLinksAsARootWould)
{
    write("bottom/run/lock/file", "1");
    write("top/run/other", "2");
    fs::create_directory(root_ / "middle/var");
    fs::create_symlink("/run", root_ / "middle/var/run");
    fs::create_symlink("../../../run/lock", root_ / "middle/var/lock");
    fs::create_symlink("loop", root_ / "middle/loop");
    const auto names = [&](const char* path) {
        const std::optional<LayerUnion> found = LayerUnion::find(layers(), path);
        std::set<std::string> there;
        if (found)
            for (const auto& [name, entry] : found->entries())
                there.insert(name);
        return there;
    };
    EXPECT_EQ(names("/var/run"), (std::set<std::string>{"lock", "other"}));
    EXPECT_EQ(names("/var/lock/"), (std::set<std::string>{"file"}));
    EXPECT_EQ(names("var/run/../run/./lock"), (std::set<std::string>{"file"}));
    for (const char* nowhere : {"/loop", "/var/missing", "/run/other", "/run/other/x"})
        EXPECT_FALSE(LayerUnion::find(layers(), nowhere)) << nowhere;
}

TEST(ADriver, IsTheBestThatWorks)
{
    const auto working = [](std::set<std::string> names) {
        return [names = std::move(names)](const SnapshotDriver& driver) {
            const bool works = names.contains(std::string{driver.name()});
            return Trial{works ? "" : "it is not here", "no mapping", false};
        };
    };
    EXPECT_EQ(choose_driver("", working({"overlay", "copy"})).name(), "overlay");
    EXPECT_TRUE(choose_driver("", working({"overlay"})).obstacles.empty());
    const DriverChoice copy = choose_driver("", working({"copy"}));
    EXPECT_EQ(copy.name(), "copy");
    EXPECT_EQ(copy.obstacles.size(), 5U);
    EXPECT_EQ(copy.obstacles.front(), (std::pair<std::string, std::string>{"overlay", "it is not here"}));
    EXPECT_EQ(copy.trial.mapping_obstacle, "no mapping");
    const DriverChoice none = choose_driver("", working({}));
    EXPECT_EQ(none.name(), "none");
    EXPECT_THAT(none.why_none, ::testing::HasSubstr("copy: it is not here"));
}

TEST(ADriver, ThatIsWishedIsTakenOrNone)
{
    int tried = 0;
    const auto try_one = [&tried](const SnapshotDriver& driver) {
        ++tried;
        return Trial{driver.name() == "reflink" ? "" : "no", {}, false};
    };
    const DriverChoice wished = choose_driver("reflink", try_one);
    EXPECT_EQ(wished.name(), "reflink");
    EXPECT_EQ(tried, 1);
    EXPECT_EQ(wished.obstacles.front().second, "SLIPWAY_ROOT_DRIVER=reflink");
    EXPECT_EQ(choose_driver("copy", try_one).why_none, "SLIPWAY_ROOT_DRIVER=copy: it does not work here: no");
    EXPECT_THAT(choose_driver("zfs", try_one).why_none, ::testing::HasSubstr("there is no such driver"));
}

} // namespace
} // namespace slipway::store
