// SPDX-License-Identifier: LGPL-2.1-or-later
// Copies: what a path means, by the rules of cp(1), and what is never lost on the way.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"
#include "transfer/copy_in.hpp"
#include "transfer/pack.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;
using ::testing::UnorderedElementsAre;

class Copying : public ::testing::Test {
  protected:
    void SetUp() override
    {
        std::setlocale(LC_CTYPE, "C.UTF-8"); // NOLINT: one thread
        ::umask(0);
        put("from/file", "content");
        put("from/tree/a", "a");
        put("from/tree/below/b", "b");
        fs::create_directory(at("to"));
    }

    fs::path at(const std::string& path) const { return directory_ / path; }
    void put(const std::string& path, std::string_view content) const
    {
        fs::create_directories(at(path).parent_path());
        replace_file(at(path), content, Durability::page_cache);
    }
    std::string content(const std::string& path) const { return read_file(at(path)); }
    std::vector<std::string> names(const std::string& path) const
    {
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator{at(path)})
            found.push_back(fs::relative(entry.path(), at(path)).native());
        return found;
    }
    struct stat status_of(const std::string& path) const
    {
        struct stat status {};
        EXPECT_EQ(::lstat(at(path).c_str(), &status), 0) << path;
        return status;
    }

    std::string packed(const std::string& path, LastLink last = LastLink::keep) const
    {
        const Place place = find_place(at(path).native(), last);
        std::string bytes;
        BlobWriter out{[&bytes](std::string_view piece) { bytes += piece; }, Compression::none, 1};
        pack(place.directory.number(),
             {.only = place.name, .called = place.called, .below = Below::all_mounts}, out);
        out.finish();
        return bytes;
    }

    void copy_bytes(const std::string& bytes, const std::string& path,
                    const CopySettings& settings = {}) const
    {
        const Place place = find_place(directory_.path().native() + "/" + path, LastLink::follow);
        const Fd root = open_root(place, settings.origin);
        std::size_t done = 0;
        copy_in(
            [&bytes, &done](char* buffer, std::size_t size) {
                const std::size_t count = std::min(size, bytes.size() - done);
                std::memcpy(buffer, bytes.data() + done, count);
                done += count;
                return count;
            },
            root, place, settings);
    }
    void copy(const std::string& from, const std::string& to, const CopySettings& settings = {}) const
    {
        copy_bytes(packed(from), to, settings);
    }
    std::optional<ErrorCode> refusal(const std::string& from, const std::string& to) const
    {
        return code_of([&] { copy(from, to); });
    }
    template <typename Deed>
    static std::optional<ErrorCode> code_of(Deed deed)
    {
        const auto failure = slipway::testing::failure_of([&deed] {
            deed();
            return 0;
        });
        return failure ? std::optional{failure->code()} : std::nullopt;
    }

    slipway::testing::TemporaryDirectory directory_;
};

TEST_F(Copying, AFileGoesIntoADirectoryUnderItsName)
{
    copy("from/file", "to");
    EXPECT_EQ(content("to/file"), "content");
    copy("from/file", "to/");
    EXPECT_THAT(names("to"), UnorderedElementsAre("file"));
}

TEST_F(Copying, AFileGetsTheNameThatIsNotThere)
{
    copy("from/file", "to/new");
    EXPECT_THAT(names("to"), UnorderedElementsAre("new"));
    EXPECT_EQ(refusal("from/file", "to/none/new"), ErrorCode::no_such_file);
    EXPECT_EQ(refusal("from/file", "to/none/"), ErrorCode::no_such_file);
    EXPECT_EQ(refusal("from/file", "to/new/"), ErrorCode::invalid_argument);
    EXPECT_THAT(names("to"), UnorderedElementsAre("new"));
}

TEST_F(Copying, AFileTakesTheContentOfAnother)
{
    put("to/file", "something longer than before");
    copy("from/file", "to/file");
    EXPECT_EQ(content("to/file"), "content");
}

TEST_F(Copying, ADirectoryGoesIntoOneThatIsThereAndElseBecomesIt)
{
    copy("from/tree", "to");
    EXPECT_THAT(names("to"), UnorderedElementsAre("tree", "tree/a", "tree/below", "tree/below/b"));
    copy("from/tree", "to/other");
    EXPECT_THAT(names("to/other"), UnorderedElementsAre("a", "below", "below/b"));
    copy("from/tree/.", "to/third");
    EXPECT_THAT(names("to/third"), UnorderedElementsAre("a", "below", "below/b"));
    copy("from/tree/.", "to/third/below");
    EXPECT_THAT(names("to/third"),
                UnorderedElementsAre("a", "below", "below/a", "below/b", "below/below", "below/below/b"));
}

TEST_F(Copying, NothingBecomesAnotherKind)
{
    put("to/tree", "a file");
    EXPECT_EQ(refusal("from/tree", "to"), ErrorCode::invalid_argument);
    EXPECT_EQ(refusal("from/tree", "to/tree"), ErrorCode::invalid_argument);
    EXPECT_EQ(content("to/tree"), "a file");
    put("to/file/inside", "kept");
    EXPECT_EQ(refusal("from/file", "to"), ErrorCode::invalid_argument);
    EXPECT_EQ(content("to/file/inside"), "kept");
    fs::create_directory_symlink(at("from"), at("to/link"));
    put("from/link/x", "x");
    EXPECT_EQ(refusal("from/link", "to"), ErrorCode::invalid_argument);
    EXPECT_TRUE(fs::is_symlink(at("to/link")));
}

TEST_F(Copying, DirectoriesThatAreThereStayAsTheyAre)
{
    put("to/tree/mine", "mine");
    fs::permissions(at("to/tree"), fs::perms::owner_all);
    const struct stat before = status_of("to");
    copy("from/tree", "to");
    EXPECT_EQ(status_of("to/tree").st_mode & 07777, 0700U);
    EXPECT_EQ(content("to/tree/mine"), "mine");
    EXPECT_EQ(content("to/tree/below/b"), "b");
    copy("from/tree/.", "to");
    EXPECT_EQ(status_of("to").st_mode, before.st_mode);
}

TEST_F(Copying, LinksAreCopiedAndTheLastOneOfADestinationIsFollowed)
{
    fs::create_symlink("file", at("from/soft"));
    copy("from/soft", "to");
    EXPECT_EQ(fs::read_symlink(at("to/soft")), "file");
    copy_bytes(packed("from/soft", LastLink::follow), "to/whole");
    EXPECT_EQ(content("to/whole"), "content");
    fs::create_symlink(at("to/whole"), at("to/way"));
    put("from/file", "second");
    copy("from/file", "to/way");
    EXPECT_EQ(content("to/whole"), "second");
    EXPECT_TRUE(fs::is_symlink(at("to/way")));
    fs::create_symlink("not/there", at("to/dangling"));
    EXPECT_EQ(refusal("from/file", "to/dangling"), ErrorCode::no_such_file);
    fs::create_symlink("loop", at("to/loop"));
    EXPECT_EQ(refusal("from/file", "to/loop"), ErrorCode::io_error);
}

TEST_F(Copying, ALinkInTheWayIsReplacedAndNotFollowed)
{
    put("outside", "outside");
    fs::create_directory(at("to/tree"));
    fs::create_symlink(at("outside"), at("to/tree/a"));
    copy("from/tree", "to");
    EXPECT_EQ(content("outside"), "outside");
    EXPECT_EQ(content("to/tree/a"), "a");
}

TEST_F(Copying, HardLinksAndTimesStayUnderANewName)
{
    fs::create_hard_link(at("from/tree/a"), at("from/tree/also"));
    const timespec then[2]{{1'700'000'000, 5}, {1'700'000'000, 5}};
    ASSERT_EQ(::utimensat(AT_FDCWD, at("from/tree").c_str(), then, 0), 0);
    copy("from/tree", "to/new");
    EXPECT_EQ(status_of("to/new/a").st_ino, status_of("to/new/also").st_ino);
    EXPECT_EQ(status_of("to/new").st_mtim.tv_nsec, 5);
}

TEST_F(Copying, OwnersAndSetIdBitsAreKeptWhereThatIsAskedFor)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "wants CAP_CHOWN: only root gives files away";
    ASSERT_EQ(::chown(at("from/file").c_str(), 1000, 33), 0);
    ASSERT_EQ(::chmod(at("from/file").c_str(), 04755), 0);
    copy("from/file", "to");
    EXPECT_EQ(status_of("to/file").st_uid, 0U);
    EXPECT_EQ(status_of("to/file").st_mode & 07777, 0755U);
    copy("from/file", "to", {.owners = Owners::kept});
    EXPECT_EQ(status_of("to/file").st_uid, 1000U);
    EXPECT_EQ(status_of("to/file").st_gid, 33U);
    EXPECT_EQ(status_of("to/file").st_mode & 07777, 04755U);
}

TEST_F(Copying, AnArchiveWantsADirectory)
{
    const CopySettings archive{.origin = Origin::archive};
    copy("from/tree", "to", archive);
    EXPECT_EQ(content("to/tree/below/b"), "b");
    put("to/file", "x");
    EXPECT_EQ(code_of([&] { copy("from/tree", "to/file", archive); }), ErrorCode::invalid_argument);
    EXPECT_EQ(code_of([&] { copy("from/tree", "to/none", archive); }), ErrorCode::no_such_file);
}

TEST_F(Copying, WhatSomethingIsMountedOnIsWrittenTo)
{
    if (::unshare(CLONE_NEWNS) != 0)
        GTEST_SKIP() << "wants CAP_SYS_ADMIN, to mount";
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    put("outside", "something that is longer");
    put("to/file", "x");
    ASSERT_EQ(::mount(at("outside").c_str(), at("to/file").c_str(), nullptr, MS_BIND, nullptr), 0);
    copy("from/file", "to");
    EXPECT_EQ(content("outside"), "content");
    ASSERT_EQ(::umount2(at("to/file").c_str(), MNT_DETACH), 0);
    EXPECT_EQ(content("to/file"), "x");
}

TEST_F(Copying, WhatIsMountedBelowGoesAlongButNotWhatTheKernelMakes)
{
    if (::unshare(CLONE_NEWNS) != 0)
        GTEST_SKIP() << "wants CAP_SYS_ADMIN, to mount";
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    fs::create_directories(at("from/tree/mounted"));
    fs::create_directories(at("from/tree/proc"));
    ASSERT_EQ(::mount("tmpfs", at("from/tree/mounted").c_str(), "tmpfs", 0, nullptr), 0);
    ASSERT_EQ(::mount("proc", at("from/tree/proc").c_str(), "proc", 0, nullptr), 0);
    put("from/tree/mounted/inside", "inside");
    copy("from/tree", "to");
    EXPECT_EQ(content("to/tree/mounted/inside"), "inside");
    EXPECT_TRUE(fs::is_empty(at("to/tree/proc")));
    EXPECT_EQ(refusal("from/tree/proc/version", "to"), ErrorCode::not_supported);
    for (const char* name : {"from/tree/proc", "from/tree/mounted"})
        ASSERT_EQ(::umount2(at(name).c_str(), MNT_DETACH), 0);
}

TEST_F(Copying, WhatIsNotThereOrCannotBeCopiedIsSaid)
{
    EXPECT_EQ(refusal("from/file/x", "to"), ErrorCode::no_such_file);
    ASSERT_EQ(::mknod(at("from/socket").c_str(), S_IFSOCK | 0600, 0), 0);
    EXPECT_EQ(refusal("from/socket", "to"), ErrorCode::not_supported);
    EXPECT_EQ(code_of([&] { copy_bytes(std::string(1024, '\0'), "to"); }), ErrorCode::truncated_archive);
    EXPECT_EQ(code_of([] { find_place("", LastLink::keep); }), ErrorCode::invalid_argument);
    EXPECT_TRUE(fs::is_empty(at("to")));
}

} // namespace
} // namespace slipway::transfer
