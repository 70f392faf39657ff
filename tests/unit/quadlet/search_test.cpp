// SPDX-License-Identifier: LGPL-2.1-or-later
// Search: which files count, and which drop-ins of each.
#include "base/failure.hpp"
#include "quadlet/own_files.hpp"
#include "quadlet/search.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace slipway::quadlet {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Search : public ::testing::Test {
  protected:
    void write(const std::string& path, const std::string& text = "x")
    {
        fs::create_directories((root() / path).parent_path());
        std::ofstream{root() / path} << text;
    }
    fs::path root() const { return directory_.path(); }
    Sources find(const std::vector<Place>& places)
    {
        std::vector<Place> whole;
        for (const Place& place : places)
            whole.push_back({(root() / place.path).native(), place.left_out});
        return find_sources(whole, own_files());
    }
    // "web.container < 1.conf 2.conf", by the paths below the root.
    std::vector<std::string> found(const std::vector<Place>& places)
    {
        std::vector<std::string> lines;
        for (const Source& source : find(places).sources) {
            std::string line = fs::path{source.file.path}.lexically_relative(root()).native();
            for (const SourceText& drop_in : source.drop_ins)
                line += " < " + fs::path{drop_in.path}.lexically_relative(root()).native();
            lines.push_back(line);
        }
        return lines;
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(Search, FindsFilesInSubdirectoriesOnceByName)
{
    write("etc/a.container");
    write("etc/sub/deep/b.volume");
    write("etc/readme.txt");
    write("etc/k.kube");
    write("usr/a.container");
    write("usr/c.pod");
    EXPECT_THAT(found({{"etc"}, {"usr"}, {"none"}}),
                ElementsAre("etc/a.container", "etc/sub/deep/b.volume", "usr/c.pod", "etc/k.kube"));
}

TEST_F(Search, IsMaskedByEmptyFilesAndLinksToNull)
{
    write("etc/a.container", "");
    fs::create_symlink("/dev/null", root() / "etc/b.container");
    write("usr/a.container");
    write("usr/b.container");
    EXPECT_THAT(found({{"etc"}, {"usr"}}), IsEmpty());
    EXPECT_THAT(find({{"etc"}, {"usr"}}).complaints, IsEmpty());
}

TEST_F(Search, FollowsLinksAndNoCircles)
{
    write("etc/t@.container");
    fs::create_symlink("t@.container", root() / "etc/t@x.container");
    fs::create_directory_symlink(".", root() / "etc/again");
    write("else/d.volume");
    fs::create_directory_symlink(root() / "else", root() / "etc/linked");
    EXPECT_THAT(found({{"etc"}}),
                ElementsAre("etc/linked/d.volume", "etc/t@.container", "etc/t@x.container"));
    fs::create_symlink("gone", root() / "etc/broken.container");
    EXPECT_THAT(find({{"etc"}}).complaints,
                ElementsAre(::testing::Field(&Complaint::text, HasSubstr("cannot be read"))));
}

TEST_F(Search, WaitsForNoPipe)
{
    fs::create_directories(root() / "etc");
    ASSERT_EQ(::mkfifo((root() / "etc/a.container").c_str(), 0600), 0);
    EXPECT_THAT(find({{"etc"}}).complaints,
                ElementsAre(::testing::Field(&Complaint::text, "cannot be read: it is no file")));
}

TEST_F(Search, HasDropInsFromTheGeneralToTheParticular)
{
    write("etc/a-b-c.container");
    write("etc/container.d/10.conf");
    write("etc/container.d/20.conf");
    write("etc/a-.container.d/20.conf");
    write("etc/a-b-.container.d/30.conf");
    write("etc/a-b-c.container.d/05.conf");
    write("etc/a-b-c.container.d/30.conf");
    write("etc/a-b-c.container.d/note.txt");
    write("usr/a-b-c.container.d/30.conf");
    write("usr/a-b-c.container.d/40.conf");
    EXPECT_THAT(found({{"etc"}, {"usr"}}),
                ElementsAre("etc/a-b-c.container < etc/a-b-c.container.d/05.conf < etc/container.d/10.conf < "
                            "etc/a-.container.d/20.conf < "
                            "etc/a-b-c.container.d/30.conf < usr/a-b-c.container.d/40.conf"));
}

TEST_F(Search, HasDropInsOfTemplatesForInstances)
{
    write("etc/t@.container");
    write("etc/t@x.container");
    write("etc/t@.container.d/1.conf");
    write("etc/t@x.container.d/2.conf");
    EXPECT_THAT(found({{"etc"}}),
                ElementsAre("etc/t@.container < etc/t@.container.d/1.conf",
                            "etc/t@x.container < etc/t@.container.d/1.conf < etc/t@x.container.d/2.conf"));
}

TEST_F(Search, MakesNothingWithoutADropInThatCannotBeRead)
{
    write("etc/a.container");
    fs::create_directories(root() / "etc/a.container.d");
    fs::create_symlink("gone", root() / "etc/a.container.d/1.conf");
    const Sources sources = find({{"etc"}});
    EXPECT_THAT(sources.sources, IsEmpty());
    EXPECT_EQ(sources.complaints.size(), 1U);
}

TEST_F(Search, LeavesOutWhatIsOthers)
{
    write("etc/a.container");
    write("etc/users/b.container");
    write("etc/users/7/c.container");
    write("etc/users/team/d.container");
    EXPECT_THAT(found({{"etc", LeftOut::users}}), ElementsAre("etc/a.container"));
    EXPECT_THAT(found({{"etc", LeftOut::all}}), ElementsAre("etc/a.container"));
    EXPECT_THAT(
        found({{"etc/users/7"}, {"etc/users", LeftOut::numbers}}),
        ElementsAre("etc/users/b.container", "etc/users/7/c.container", "etc/users/team/d.container"));
}

TEST(Places, AreThoseOfTheMachineOrOfAUser)
{
    const auto paths = [](const std::vector<Place>& places) {
        std::vector<std::string> list;
        for (const Place& place : places)
            list.push_back(place.path);
        return list;
    };
    EXPECT_THAT(paths(places_of(std::nullopt, Podman::left_out)),
                ElementsAre("/run/slipway/systemd", "/etc/slipway/systemd", "/usr/share/slipway/systemd"));
    EXPECT_THAT(paths(places_of(std::nullopt, Podman::read)),
                ElementsAre("/run/slipway/systemd", "/etc/slipway/systemd", "/usr/share/slipway/systemd",
                            "/run/containers/systemd", "/etc/containers/systemd",
                            "/usr/share/containers/systemd"));
    EXPECT_THAT(paths(places_of(User{"/run/user/7", "/h/.config", "7"}, Podman::left_out)),
                ElementsAre("/run/user/7/slipway/systemd", "/h/.config/slipway/systemd",
                            "/etc/slipway/systemd/users/7", "/etc/slipway/systemd/users",
                            "/usr/share/slipway/systemd/users/7", "/usr/share/slipway/systemd/users"));
}

} // namespace
} // namespace slipway::quadlet
