// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives of images: taken apart without a name of theirs reaching the file system, and put together member
// by member.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "hashing/sha256.hpp"
#include "support/temporary_directory.hpp"
#include "tar.hpp"
#include "transfer/extract.hpp"
#include "transfer/tar_member.hpp"
#include "transfer/tar_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <fcntl.h>
#include <optional>

namespace slipway::transfer {
namespace {

using testing::end_of_archive;
using testing::member;

ByteSource source_of(const std::string& bytes)
{
    return [rest = std::string_view{bytes}](char* buffer, std::size_t size) mutable {
        const std::size_t count = rest.copy(buffer, size);
        rest.remove_prefix(count);
        return count;
    };
}

class AnArchiveOfImages : public ::testing::Test {
  protected:
    void SetUp() override
    {
        std::setlocale(LC_CTYPE, "C.UTF-8"); // NOLINT: one thread
        std::filesystem::create_directory(files_);
    }

    Json extracted(const std::string& bytes, std::uint64_t most_members = member_limit)
    {
        const Fd directory{::open(files_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        const Fd list{::open(list_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
        ExtractSettings settings;
        settings.most_members = most_members;
        extract(source_of(bytes), directory.number(), list.number(), settings);
        return parse_json(read_file(list_));
    }

    std::optional<ErrorCode> refusal_of(const std::string& bytes, std::uint64_t most_members = member_limit)
    {
        std::filesystem::remove_all(files_);
        std::filesystem::create_directory(files_);
        try {
            extracted(bytes, most_members);
        } catch (const Failure& failure) {
            return failure.code();
        }
        return std::nullopt;
    }

    slipway::testing::TemporaryDirectory directory_;
    std::filesystem::path files_ = directory_ / "files";
    std::filesystem::path list_ = directory_ / "list";
};

TEST_F(AnArchiveOfImages, BecomesFilesUnderNumbersAndAList)
{
    const std::string layer(100'000, 'l');
    const Json list =
        extracted(member({.name = "a/", .type = '5'}) + member({.name = "./a//layer.tar", .content = layer}) +
                  member({.name = "b/layer.tar", .type = '2', .link = "../a/./layer.tar"}) +
                  member({.name = "hard", .type = '1', .link = "a/layer.tar"}) +
                  member({.name = "dev/null", .type = '3'}) +
                  member({.name = "manifest.json", .content = "[]"}) + end_of_archive());
    EXPECT_EQ(list, parse_json(R"({"files": [{"name": "a/layer.tar", "size": 100000, "digest": ")" +
                               hashing::digest_of(layer).text() +
                               R"("}, {"name": "manifest.json", "size": 2, "digest": ")" +
                               hashing::digest_of("[]").text() +
                               R"("}], "links": [{"name": "b/layer.tar", "target": "a/layer.tar"},
                                                {"name": "hard", "target": "a/layer.tar"}]})"));
    EXPECT_EQ(read_file(files_ / "0"), layer);
    EXPECT_EQ(read_file(files_ / "1"), "[]");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{files_}, {}), 2);
}

TEST_F(AnArchiveOfImages, IsRefusedForNamesAndLinksThatLeadOut)
{
    const std::string rest = member({.name = "manifest.json", .content = "[]"}) + end_of_archive();
    EXPECT_EQ(refusal_of(rest), std::nullopt);
    EXPECT_EQ(refusal_of(member({.name = "/etc/passwd", .content = "x"}) + rest), ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "a/../../x", .content = "x"}) + rest), ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "l", .type = '2', .link = "/etc/passwd"}) + rest),
              ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "a/l", .type = '2', .link = "../../x"}) + rest),
              ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "l", .type = '1', .link = "../x"}) + rest),
              ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "manifest.json", .content = "{}"}) + rest),
              ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "x"}) + rest, 1), ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(member({.name = "x"}) + rest, 2), std::nullopt);
    EXPECT_EQ(refusal_of(rest.substr(0, 700)), ErrorCode::truncated_archive);
    EXPECT_EQ(refusal_of("no archive at all, but something else"), ErrorCode::unreadable_archive);
}

TEST_F(AnArchiveOfImages, IsMadeOfMembersThatOthersWrite)
{
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{511}, std::size_t{512},
                                   std::size_t{513}, std::size_t{70'000}, std::size_t{1'000'000}})
    {
        std::string bytes;
        const auto out = [&bytes](std::string_view more) { bytes += more; };
        const std::string content(size, 'c');
        for (const char* name : {"blobs/sha256/first", "second"}) {
            TarMember file{out, name, size};
            for (std::size_t at = 0; at < size; at += 700)
                file.write(std::string_view{content}.substr(at, 700));
            file.finish();
        }
        EXPECT_EQ(bytes.size(), 2 * (512 + (size + 511) / 512 * 512));
        bytes += end_of_archive();
        HashingReader source{source_of(bytes)};
        TarReader reader{source};
        for (const char* name : {"blobs/sha256/first", "second"}) {
            const std::optional<Entry> entry = reader.next();
            ASSERT_TRUE(entry.has_value());
            EXPECT_EQ(entry->name, name);
            EXPECT_EQ(entry->size, size);
            EXPECT_EQ(entry->mode, 0644U);
        }
        EXPECT_FALSE(reader.next().has_value());
    }
}

} // namespace
} // namespace slipway::transfer
