// SPDX-License-Identifier: LGPL-2.1-or-later
// Packing: what is packed and unpacked again is the same tree; overlays' marks become whiteouts.
#include "base/file.hpp"
#include "layer_fixture.hpp"
#include "support/failure_of.hpp"
#include "transfer/pack.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;

class Packing : public testing::LayerFixture {
  protected:
    void SetUp() override
    {
        LayerFixture::SetUp();
        fs::create_directory(tree_);
    }

    std::string pack_tree(const PackSettings& settings = {})
    {
        const Fd directory{::open(tree_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        std::string bytes;
        BlobWriter out{[&bytes](std::string_view piece) { bytes += piece; }, Compression::none, 1};
        left_out_ = pack(directory.number(), settings, out);
        return bytes;
    }
    std::string pack_changes() { return pack_tree({.content = PackContent::changes}); }
    void put(const std::string& path, std::string_view content = "x")
    {
        fs::create_directories((tree_ / path).parent_path());
        replace_file(tree_ / path, content, Durability::page_cache);
    }
    void mark(const std::string& path, const char* name, const std::string& value) const
    {
        ASSERT_EQ(::setxattr((tree_ / path).c_str(), name, value.data(), value.size(), 0), 0) << path;
    }
    static struct stat status_of(const fs::path& path)
    {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status;
    }
    static std::string attribute(const fs::path& path, const char* name)
    {
        std::string value(1000, '\0');
        const ssize_t size = ::lgetxattr(path.c_str(), name, value.data(), value.size());
        value.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return value;
    }

    fs::path tree_ = directory_ / "tree";
    SomeNames left_out_;
};

TEST_F(Packing, KeepsWhatAFileIs)
{
    put("usr/bin/tool", "content");
    const fs::path tool = tree_ / "usr/bin/tool";
    ASSERT_EQ(::chown(tool.c_str(), 3'000'000, 70'000), 0);
    ASSERT_EQ(::chmod(tool.c_str(), 06755), 0);
    const std::string capability{"\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20};
    mark("usr/bin/tool", "security.capability", capability);
    const bool has_user = ::setxattr(tool.c_str(), "user.comment", "a\0b", 3, 0) == 0;
    const timespec times[] = {{1, 1}, {1'700'000'000, 123'456'789}};
    ASSERT_EQ(::utimensat(AT_FDCWD, tool.c_str(), static_cast<const timespec*>(times), 0), 0);
    fs::create_hard_link(tool, tree_ / "usr/link");
    fs::create_symlink("../nowhere", tree_ / "soft");
    ASSERT_EQ(::lchown((tree_ / "soft").c_str(), 5, 6), 0);
    ASSERT_EQ(::mkfifo((tree_ / "pipe").c_str(), 0620), 0);
    put(std::string(150, 'l') + "/" + std::string(150, 'o') + "\n\xff", "odd name");
    ASSERT_EQ(::utimensat(AT_FDCWD, (tree_ / "usr").c_str(), static_cast<const timespec*>(times), 0), 0);

    const std::string bytes = pack_tree();
    EXPECT_EQ(left_out_.count(), 0U);
    unpack_bytes(bytes);
    const struct stat status = status_of(root_ / "usr/bin/tool");
    EXPECT_EQ(status.st_uid, 3'000'000U);
    EXPECT_EQ(status.st_gid, 70'000U);
    EXPECT_EQ(status.st_mode & 07777U, 06755U);
    EXPECT_EQ(status.st_mtim.tv_sec, 1'700'000'000);
    EXPECT_EQ(status.st_mtim.tv_nsec, 123'456'789);
    EXPECT_EQ(status_of(root_ / "usr").st_mtim.tv_nsec, 123'456'789);
    EXPECT_EQ(attribute(root_ / "usr/bin/tool", "security.capability"), capability);
    if (has_user) {
        EXPECT_EQ(attribute(root_ / "usr/bin/tool", "user.comment"), (std::string{"a\0b", 3}));
    }
    EXPECT_EQ(status_of(root_ / "usr/link").st_ino, status.st_ino);
    EXPECT_EQ(fs::read_symlink(root_ / "soft"), "../nowhere");
    EXPECT_EQ(status_of(root_ / "soft").st_gid, 6U);
    EXPECT_TRUE(fs::is_fifo(root_ / "pipe"));
    EXPECT_EQ(read_file(root_ / std::string(150, 'l') / (std::string(150, 'o') + "\n\xff")), "odd name");
    // The same again, from what was unpacked.
    fs::remove_all(tree_);
    fs::rename(root_, tree_);
    EXPECT_EQ(pack_tree(), bytes);
}

TEST_F(Packing, KeepsAccessControlLists)
{
    put("shared/file");
    // user::rw-, user:1000:r--, group::r--, group:65534:rw-, mask::rw-, other::---
    const std::string list{"\x02\0\0\0"
                           "\x01\0\x06\0\xff\xff\xff\xff"
                           "\x02\0\x04\0\xe8\x03\0\0"
                           "\x04\0\x04\0\xff\xff\xff\xff"
                           "\x08\0\x06\0\xfe\xff\0\0"
                           "\x10\0\x06\0\xff\xff\xff\xff"
                           "\x20\0\0\0\xff\xff\xff\xff",
                           52};
    if (::setxattr((tree_ / "shared/file").c_str(), "system.posix_acl_access", list.data(), list.size(), 0) !=
        0)
        GTEST_SKIP() << "the file system has no ACLs";
    mark("shared", "system.posix_acl_default", list);
    unpack_bytes(pack_tree());
    EXPECT_EQ(attribute(root_ / "shared/file", "system.posix_acl_access"), list);
    EXPECT_EQ(attribute(root_ / "shared", "system.posix_acl_default"), list);
    EXPECT_EQ(status_of(root_ / "shared/file").st_mode, status_of(tree_ / "shared/file").st_mode);
}

TEST_F(Packing, KeepsHoles)
{
    const auto make = [this](const char* name, off_t size, off_t at) {
        const Fd file{::open((tree_ / name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
        ASSERT_EQ(::ftruncate(file.number(), size), 0);
        if (at >= 0) {
            ASSERT_EQ(::pwrite(file.number(), "data", 4, at), 4);
        }
    };
    make("huge", off_t{1} << 36U, off_t{1} << 35U);
    make("begins", 5'000'000, 0);
    make("ends", 5'000'000, 4'999'996);
    make("empty", 5'000'000, -1);
    const std::string bytes = pack_tree();
    EXPECT_LT(bytes.size(), 200'000U);
    unpack_bytes(bytes);
    for (const char* name : {"huge", "begins", "ends", "empty"}) {
        EXPECT_EQ(status_of(root_ / name).st_size, status_of(tree_ / name).st_size) << name;
        EXPECT_LT(status_of(root_ / name).st_blocks, 100) << name;
    }
    const Fd file{::open((root_ / "huge").c_str(), O_RDONLY | O_CLOEXEC)};
    std::string data(4, '\0');
    ASSERT_EQ(::pread(file.number(), data.data(), 4, off_t{1} << 35U), 4);
    EXPECT_EQ(data, "data");
    EXPECT_EQ(read_file(root_ / "begins"), read_file(tree_ / "begins"));
    EXPECT_EQ(read_file(root_ / "ends"), read_file(tree_ / "ends"));
    EXPECT_EQ(assembled(), bytes);
}

TEST_F(Packing, LeavesOutSocketsAndDevices)
{
    put("file");
    const Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (tree_ / "socket").native().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0); // NOLINT
    const bool has_device = ::mknod((tree_ / "null").c_str(), S_IFCHR | 0666, ::makedev(1, 3)) == 0;
    unpack_bytes(pack_tree());
    EXPECT_EQ(left_out_.count(), has_device ? 2U : 1U);
    EXPECT_TRUE(left_out_.names().contains("socket"));
    EXPECT_TRUE(fs::exists(root_ / "file"));
}

TEST_F(Packing, OfChangesTurnsMarksIntoWhiteouts)
{
    put("etc/new");
    put("data/sub/own");
    put(".wh.misread");
    put("etc/newer", "");
    ASSERT_EQ(::mknod((tree_ / "etc/gone").c_str(), S_IFCHR, ::makedev(0, 0)), 0);
    mark("data/sub", "trusted.overlay.opaque", "y");
    mark("etc", "trusted.overlay.opaque", "x");
    mark("etc/new", "trusted.overlay.origin", "origin");
    mark("etc/newer", "trusted.overlay.whiteout", "y");
    const std::string bytes = pack_changes();
    EXPECT_THAT(left_out_.names(), ::testing::ElementsAre(".wh.misread"));
    EXPECT_EQ(bytes.find("overlay"), std::string::npos);
    unpack_layer(bytes);
    EXPECT_TRUE(is_whiteout_at("etc/gone"));
    EXPECT_TRUE(is_whiteout_at("etc/newer"));
    EXPECT_TRUE(is_opaque_at("data/sub"));
    EXPECT_FALSE(is_opaque_at("data"));
    EXPECT_FALSE(is_opaque_at("etc"));
    EXPECT_EQ(read_file(root_ / "data/sub/own"), "x");
    unpack_bytes(bytes);
    EXPECT_TRUE(fs::exists(root_ / "data/sub/.wh..wh..opq"));
    EXPECT_TRUE(fs::exists(root_ / "etc/.wh.gone"));
    // As a tree it is what it is.
    const std::string tree = pack_tree();
    EXPECT_TRUE(left_out_.names().contains("etc/gone"));
    EXPECT_EQ(tree.find("overlay"), std::string::npos);
}

TEST_F(Packing, RefusesWhatHasItsContentElsewhere)
{
    put("moved/file");
    mark("moved", "trusted.overlay.redirect", "/old");
    EXPECT_FAILURE(pack_changes(), ErrorCode::not_supported, "redirect");
}

TEST_F(Packing, TakesOneEntryAlone)
{
    put("a/b/c", "c");
    put("a/d", "d");
    put("e", "e");
    unpack_bytes(pack_tree({.only = "a"}));
    EXPECT_TRUE(fs::exists(root_ / "a/b/c"));
    EXPECT_TRUE(fs::exists(root_ / "a/d"));
    EXPECT_FALSE(fs::exists(root_ / "e"));
    unpack_bytes(pack_tree({.only = "a/b/c"}));
    EXPECT_TRUE(fs::exists(root_ / "a/b/c"));
    EXPECT_FALSE(fs::exists(root_ / "a/d"));
    EXPECT_ANY_THROW(pack_tree({.only = "nobody"}));
    fs::create_symlink(outside_, tree_ / "out");
    replace_file(outside_ / "secret", "secret", Durability::page_cache);
    EXPECT_ANY_THROW(pack_tree({.only = "out/secret"}));
}

TEST_F(Packing, DoesNotDependOnTheOrderOfCreation)
{
    const auto make = [this](bool is_backwards) {
        for (int i = 0; i < 300; ++i) {
            const int number = is_backwards ? 299 - i : i;
            put("d" + std::to_string(number % 7) + "/" + std::to_string(number));
        }
        const timespec times[] = {{1, 0}, {1, 0}};
        for (const auto& entry : fs::recursive_directory_iterator{tree_})
            ::utimensat(AT_FDCWD, entry.path().c_str(), static_cast<const timespec*>(times), 0);
        ::utimensat(AT_FDCWD, tree_.c_str(), static_cast<const timespec*>(times), 0);
    };
    make(false);
    const std::string first = pack_tree();
    fs::remove_all(tree_);
    fs::create_directory(tree_);
    make(true);
    EXPECT_EQ(pack_tree(), first);
}

TEST_F(Packing, ReachesAsDeepAsNamesDo)
{
    Fd here{::open(tree_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    // More levels than there may be descriptors, then longer than a path can be.
    for (int i = 0; i < 1100; ++i) {
        const std::string name(i < 1050 ? 1 : 250, 'd');
        ASSERT_EQ(::mkdirat(here.number(), name.c_str(), 0755), 0);
        here.reset(::openat(here.number(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    const std::string bytes = pack_tree();
    EXPECT_EQ(left_out_.count(), 1U);
    EXPECT_EQ(unpack_bytes(bytes).entries, 1U + 1050 + (4094 - 2 * 1050 + 1) / 251);
}

} // namespace
} // namespace slipway::transfer
