// SPDX-License-Identifier: LGPL-2.1-or-later
// Hollow trees, and what is told of two trees that differ.
#include "base/file.hpp"
#include "layer_fixture.hpp"
#include "tar.hpp"
#include "transfer/compare.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::transfer {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using testing::end_of_archive;
using ::testing::HasSubstr;
using testing::member;

class Comparing : public testing::LayerFixture {
  protected:
    void SetUp() override
    {
        LayerFixture::SetUp();
        const std::string bytes =
            member({.name = "d/", .type = '5', .mode = 0755}) +
            member({.name = "d/file", .content = std::string(100'000, 'x'), .mode = 0644}) +
            member({.name = "d/link", .type = '2', .link = "file"}) + member({.name = "implied/x"}) +
            end_of_archive();
        unpack_bytes(bytes);
        fs::rename(root_, directory_ / "found");
        UnpackSettings hollow;
        hollow.content = Content::hollow;
        unpack_bytes(bytes, hollow);
    }
    std::vector<std::string> lines()
    {
        const Fd found{::open((directory_ / "found").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        const Fd expected{::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        const Differences differences = compare(found.number(), expected.number(), ::time(nullptr) - 60);
        EXPECT_EQ(differences.count, differences.lines.size());
        return differences.lines;
    }
    fs::path found(const char* name) { return directory_ / "found" / name; }
};

TEST_F(Comparing, AHollowTreeHasAllButContent)
{
    struct stat status {};
    ASSERT_EQ(::lstat((root_ / "d/file").c_str(), &status), 0);
    EXPECT_EQ(status.st_size, 100'000);
    EXPECT_EQ(status.st_blocks, 0);
    EXPECT_TRUE(lines().empty());
}

TEST_F(Comparing, TellsWhatIsMissingAndWhatIsMore)
{
    fs::remove(found("d/link"));
    replace_file(found("d/more"), "", Durability::page_cache);
    fs::last_write_time(found("d"), fs::last_write_time(root_ / "d"));
    EXPECT_THAT(lines(), ElementsAre("\"d/link\" is missing", "\"d/more\" is there, and was not unpacked"));
}

TEST_F(Comparing, TellsOfModesSizesTimesAndKinds)
{
    ASSERT_EQ(::chmod(found("d/file").c_str(), 0600), 0);
    EXPECT_THAT(lines(), ElementsAre("\"d/file\" has the mode 0600 instead of 0644"));
    ASSERT_EQ(::chmod(found("d/file").c_str(), 0644), 0);
    fs::resize_file(found("d/file"), 5);
    EXPECT_THAT(lines(),
                ElementsAre("\"d/file\" has 5 bytes instead of 100000", "\"d/file\" has another time"));
    fs::remove(found("implied/x"));
    fs::create_directory(found("implied/x"));
    EXPECT_THAT(lines(), ::testing::Contains("\"implied/x\" is a directory instead of a file"));
}

} // namespace
} // namespace slipway::transfer
