// SPDX-License-Identifier: LGPL-2.1-or-later
// Layers of images: whiteouts in any order, devices, promises of digest and size, and attacks by all of them.
#include "base/file.hpp"
#include "layer_fixture.hpp"
#include "support/failure_of.hpp"
#include "tar.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <zlib.h>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;
using testing::end_of_archive;
using testing::member;

class ALayer : public testing::LayerFixture {};

std::string directory(const std::string& name)
{
    return member({.name = name, .type = '5', .mode = 0755});
}

TEST_F(ALayer, TakesAwayByDevicesWithoutNumbers)
{
    unpack_layer(directory("etc/") + member({.name = "etc/.wh.passwd"}) + member({.name = ".wh.top"}) +
                 member({.name = "etc/.wh.two words"}) + end_of_archive());
    for (const char* path : {"etc/passwd", "top", "etc/two words"})
        EXPECT_TRUE(is_whiteout_at(path)) << path;
    EXPECT_FALSE(fs::exists(root_ / "etc/.wh.passwd"));
}

TEST_F(ALayer, HidesByAnAttributeWhereverTheMarkStands)
{
    const std::string mark = member({.name = "var/lib/.wh..wh..opq"});
    const std::string place = directory("var/") + directory("var/lib/");
    const std::string file = member({.name = "var/lib/own", .content = "own"});
    for (const std::string& bytes : {place + mark + file, place + file + mark, mark + place + file}) {
        const Unpacked result = unpack_layer(bytes + end_of_archive());
        EXPECT_TRUE(is_opaque_at("var/lib"));
        EXPECT_FALSE(is_opaque_at("var"));
        EXPECT_EQ(read_file(root_ / "var/lib/own"), "own");
        EXPECT_FALSE(result.is_opaque);
        struct stat status {};
        ASSERT_EQ(::stat((root_ / "var/lib").c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777U, 0755U);
        EXPECT_EQ(status.st_mtime, 1'000'000'000);
    }
}

TEST_F(ALayer, SaysThatItHidesAllBelow)
{
    EXPECT_TRUE(unpack_layer(member({.name = ".wh..wh..opq"}) + end_of_archive()).is_opaque);
}

// "Whiteout files MUST only apply to resources in lower/parent layers" (layer.md).
TEST_F(ALayer, KeepsWhatItBringsItself)
{
    const std::string mark = member({.name = ".wh.file"});
    const std::string file = member({.name = "file", .content = "own"});
    for (const std::string& bytes : {mark + file, file + mark, mark + file + mark}) {
        unpack_layer(bytes + end_of_archive());
        EXPECT_EQ(read_file(root_ / "file"), "own");
    }
}

TEST_F(ALayer, ReplacesADirectoryBelowByItsOwnOne)
{
    const std::string mark = member({.name = "data/.wh.sub"});
    const std::string own = directory("data/sub/") + member({.name = "data/sub/own", .content = "own"});
    const std::string implied = member({.name = "data/sub/own", .content = "own"});
    for (const std::string& bytes : {mark + own, own + mark, mark + implied, implied + mark}) {
        unpack_layer(bytes + end_of_archive());
        EXPECT_TRUE(is_opaque_at("data/sub"));
        EXPECT_EQ(read_file(root_ / "data/sub/own"), "own");
    }
}

TEST_F(ALayer, OfAufsHasMarksThatAreHardLinksAndLeftoversThatNobodyNeeds)
{
    unpack_layer(member({.name = ".wh..wh.aufs"}) + directory(".wh..wh.plnk/") + directory(".wh..wh.orph/") +
                 member({.name = ".wh..wh.plnk/12.34", .content = "x"}) +
                 member({.name = "etc/.wh.gone", .type = '1', .link = ".wh..wh.aufs"}) + end_of_archive());
    EXPECT_TRUE(is_whiteout_at("etc/gone"));
    EXPECT_EQ(std::distance(fs::directory_iterator{root_}, {}), 1);
}

TEST_F(ALayer, IsImportedWithNamesThatMeanNothing)
{
    unpack_bytes(member({.name = ".wh.file", .content = "plain"}) + end_of_archive());
    EXPECT_EQ(read_file(root_ / ".wh.file"), "plain");
}

TEST_F(ALayer, LeavesOutDevicesOfDevAndRefusesOthers)
{
    const Unpacked result =
        unpack_layer(member({.name = "dev/sda", .type = '4'}) + member({.name = "dev/shm/x", .type = '3'}) +
                     member({.name = "dev/log", .content = "x"}) + end_of_archive());
    EXPECT_EQ(result.skipped_devices.count(), 2U);
    EXPECT_TRUE(result.skipped_devices.names().contains("dev/sda"));
    EXPECT_FALSE(fs::exists(root_ / "dev/sda"));
    EXPECT_TRUE(fs::exists(root_ / "dev/log"));
    for (const char* name : {"sda", "device", "var/dev/sda", "dev"})
        EXPECT_EQ(refusal_of(member({.name = name, .type = '3'}) + end_of_archive()),
                  ErrorCode::hostile_archive)
            << name;
}

TEST_F(ALayer, HasToBeWhatItsImageSays)
{
    const std::string bytes = member({.name = "a", .content = "x"}) + end_of_archive();
    const Unpacked plain = unpack_layer(bytes);
    const auto refusal = [&](UnpackSettings settings) -> std::optional<ErrorCode> {
        settings.purpose = Purpose::layer;
        try {
            unpack_bytes(bytes, settings);
        } catch (const Failure& failure) {
            return failure.code();
        }
        return std::nullopt;
    };
    EXPECT_EQ(refusal({.diff_id = plain.diff_id, .size = bytes.size()}), std::nullopt);
    EXPECT_EQ(refusal({.diff_id = Digest::of_hex(std::string(64, '0'))}), ErrorCode::digest_mismatch);
    EXPECT_EQ(refusal({.size = bytes.size() + 1}), ErrorCode::digest_mismatch);
    // More than was said is not even read.
    EXPECT_EQ(refusal({.size = bytes.size() - 1}), ErrorCode::hostile_archive);
}

TEST_F(ALayer, MarksForSomebodyWithoutRootsAttributes)
{
    unpack_bytes(directory("a/") + member({.name = "a/.wh..wh..opq"}) + end_of_archive(),
                 {.purpose = Purpose::layer, .marks = OverlayMarks::user});
    EXPECT_FALSE(is_opaque_at("a"));
    char value = 0;
    const ssize_t size = ::lgetxattr((root_ / "a").c_str(), "user.overlay.opaque", &value, 1);
    EXPECT_TRUE(size == 1 || errno == ENOTSUP); // tmpfs had none before Linux 6.6
}

TEST_F(ALayer, CannotReachOutByAWhiteout)
{
    replace_file(outside_ / "secret", "secret", Durability::page_cache);
    fs::create_directory(outside_ / "sub");
    const std::string absolute = member({.name = "in", .type = '2', .link = outside_.native()});
    const std::string relative = member({.name = "in", .type = '2', .link = "../outside"});
    const std::string chain = member({.name = "one", .type = '2', .link = "two"}) +
                              member({.name = "two", .type = '2', .link = "../outside"});
    const std::string hostile[] = {
        member({.name = "../.wh.secret"}),
        member({.name = "/.wh.secret"}),
        member({.name = "a/../../.wh.secret"}),
        member({.name = "a/.wh..."}),
        member({.name = "a/.wh.."}),
        member({.name = ".wh."}),
        absolute + member({.name = "in/.wh.secret"}),
        relative + member({.name = "in/.wh.secret"}),
        relative + member({.name = "in/.wh..wh..opq"}),
        relative + member({.name = "in/.wh.sub"}),
        relative + member({.name = "in/sub/.wh..wh..opq"}),
        chain + member({.name = "one/.wh.secret"}),
        chain + member({.name = "one/.wh..wh..opq"}),
        member({.name = ".wh.file/below", .content = "x"}),
        directory(".wh.directory/"),
        member({.name = ".wh.link", .type = '2', .link = "x"}),
        // Swapped between two entries.
        directory("in/") + member({.name = "in/x"}) + relative + member({.name = "in/.wh.secret"}),
        directory("in/") + member({.name = "in/.wh.x"}) + relative + member({.name = "in/.wh..wh..opq"}),
    };
    for (const std::string& bytes : hostile) {
        EXPECT_EQ(refusal_of(bytes + end_of_archive()), ErrorCode::hostile_archive);
        EXPECT_EQ(read_file(outside_ / "secret"), "secret");
        EXPECT_EQ(std::distance(fs::directory_iterator{outside_}, {}), 2);
        char value = 0;
        for (const char* path : {"", "sub"})
            EXPECT_LT(::lgetxattr((outside_ / path).c_str(), "trusted.overlay.opaque", &value, 1), 0);
    }
}

TEST_F(ALayer, MayMarkThroughALinkWithin)
{
    unpack_layer(directory("real/") + member({.name = "link", .type = '2', .link = "real"}) +
                 member({.name = "link/.wh.gone"}) + member({.name = "link/.wh..wh..opq"}) +
                 end_of_archive());
    EXPECT_TRUE(is_whiteout_at("real/gone"));
    EXPECT_TRUE(is_opaque_at("real"));
}

TEST_F(ALayer, HasNoMoreEntriesThanAreTaken)
{
    // Such entries make nothing, so no disk is full before.
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
        bytes += member({.name = ".wh..wh.x"});
    EXPECT_EQ(
        unpack_bytes(bytes + end_of_archive(), {.purpose = Purpose::layer, .most_entries = 1000}).entries,
        1000U);
    EXPECT_FAILURE(unpack_bytes(bytes + end_of_archive(), {.purpose = Purpose::layer, .most_entries = 999}),
                   ErrorCode::hostile_archive, "more than 999 entries");
}

TEST_F(ALayer, IsGivenUpWhereItGrowsPastWhatWasSaid)
{
    // 256 MiB of zeros in 256 KiB.
    std::string bomb(1U << 20U, '\0');
    z_stream stream{};
    ASSERT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    const std::string head = member({.name = "bomb", .content = {}, .size = 1U << 28U});
    std::string zeros(1U << 20U, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(bomb.data()); // NOLINT: zlib's bytes are unsigned
    stream.avail_out = static_cast<uInt>(bomb.size());
    const auto add = [&stream](std::string bytes, int flush) {
        stream.next_in = reinterpret_cast<Bytef*>(bytes.data()); // NOLINT
        stream.avail_in = static_cast<uInt>(bytes.size());
        ::deflate(&stream, flush);
    };
    add(head, Z_NO_FLUSH);
    for (int i = 0; i < 256; ++i)
        add(zeros, Z_NO_FLUSH);
    add(end_of_archive(), Z_FINISH);
    bomb.resize(stream.total_out);
    ::deflateEnd(&stream);
    ASSERT_LT(bomb.size(), 1U << 19U);
    EXPECT_FAILURE(unpack_bytes(bomb, {.purpose = Purpose::layer, .size = 1U << 20U}),
                   ErrorCode::hostile_archive, "more than 1048576 bytes");
    // What is on the disk by then is what was said, and what was read ahead.
    EXPECT_LE(fs::file_size(root_ / "bomb"), 1U << 20U);
}

TEST_F(ALayer, IsRefusedWhereItsSizesLie)
{
    const std::string after = member({.name = "b", .content = "x"}) + end_of_archive();
    EXPECT_EQ(refusal_of(member({.name = "a", .content = "x", .size = 1'000'000}) + after),
              ErrorCode::truncated_archive);
    // The next header is where content is, and what follows is none.
    EXPECT_EQ(refusal_of(member({.name = "a", .content = std::string(5000, 'x'), .size = 5}) + after),
              ErrorCode::unreadable_archive);
    EXPECT_NE(refusal_of(member({.name = "a", .content = "x", .size = 077777777777}) + after), std::nullopt);
}

TEST_F(ALayer, MayNotLinkToAWhiteoutsName)
{
    EXPECT_EQ(refusal_of(member({.name = ".wh.x"}) + member({.name = "y", .type = '1', .link = ".wh.x"}) +
                         end_of_archive()),
              ErrorCode::unreadable_archive);
}

TEST_F(ALayer, IsRefusedForNamesThatDeceive)
{
    // pax: a name that goes on behind a NUL, the first part of which takes away.
    const std::string record = std::string{"20 path=.wh."} + '\0' + "secret\n";
    EXPECT_EQ(refusal_of(member({.name = "x", .type = 'x', .content = record}) + member({.name = "x"}) +
                         end_of_archive()),
              ErrorCode::hostile_archive);
    unpack_layer(member({.name = ".wh.a\nb"}) + end_of_archive());
    EXPECT_TRUE(is_whiteout_at("a\nb"));
}

} // namespace
} // namespace slipway::transfer
