// SPDX-License-Identifier: LGPL-2.1-or-later
// The block of names in a hosts file, and what of the file stays as it is.
#include "base/file.hpp"
#include "engine/network/hosts_file.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

names::Record an_address(const std::string& name, const std::string& text)
{
    return {name, IpAddress::parse(text).value()};
}

const std::string block = "# BEGIN slipway\n10.208.0.2\tweb.slipway.internal\n# END slipway\n";
const std::string others = "127.0.0.1\tlocalhost\n# BEGIN slipways\n::1 localhost # BEGIN slipway\n";

class HostsFile : public ::testing::Test {
  protected:
    void fill(const std::string& content) const
    {
        replace_file(path_, content, Durability::page_cache);
        check(::chmod(path_.c_str(), 0640), "set the mode of", path_.native());
    }
    struct stat status() const
    {
        struct stat status {};
        check(::stat(path_.c_str(), &status), "look at", path_.native());
        return status;
    }

    slipway::testing::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "hosts";
};

TEST_F(HostsFile, HasALineForEachAddressWithItsNames)
{
    EXPECT_EQ(hosts_block({}), "# BEGIN slipway\n# END slipway\n");
    EXPECT_EQ(hosts_block({an_address("web.slipway.internal", "10.208.0.2"),
                           an_address("web.slipway.internal", "fd00::2"),
                           an_address("db.slipway.internal", "10.208.0.1"),
                           an_address("www.slipway.internal", "10.208.0.2"),
                           an_address("web.slipway.internal", "10.208.0.2"),
                           an_address("a\\032b.slipway.internal", "10.208.0.2"),
                           an_address("x\n127.0.0.1 localhost", "10.208.0.2"),
                           {"web.slipway.internal", names::Texts{{"x"}}}}),
              "# BEGIN slipway\n"
              "10.208.0.1\tdb.slipway.internal\n"
              "10.208.0.2\tweb.slipway.internal www.slipway.internal\n"
              "fd00::2\tweb.slipway.internal\n"
              "# END slipway\n");
}

TEST_F(HostsFile, KeepsWhatOthersHaveInIt)
{
    EXPECT_EQ(with_block(others, block), others + block);
    EXPECT_EQ(with_block("no newline", block), "no newline\n" + block);
    EXPECT_EQ(with_block(others + hosts_block({}) + "more", block), others + block + "more\n");
    EXPECT_EQ(with_block(others + block + "more\n", {}), others + "more\n");
    EXPECT_EQ(with_block(others + block.substr(0, block.size() - 1), {}), others);
    EXPECT_EQ(with_block("untouched", {}), "untouched");
    EXPECT_EQ(with_block("", block), block);
}

TEST_F(HostsFile, IsLeftAloneWhereAMarkIsMissing)
{
    for (const char* content : {"# BEGIN slipway\n::1 mine\n", "# END slipway\n# BEGIN slipway\n::1 mine\n",
                                "# BEGIN slipway\n::1 mine\n# BEGIN slipway\n# END slipway\n"})
    {
        EXPECT_FAILURE(with_block(content, block), ErrorCode::invalid_configuration, "by hand");
        fill(content);
        EXPECT_FAILURE(write_hosts_block(path_, block), ErrorCode::invalid_configuration, path_.native());
        EXPECT_EQ(read_file(path_), content);
    }
}

TEST_F(HostsFile, IsReplacedWithItsModeAndOwner)
{
    fill(others);
    if (::geteuid() == 0)
        check(::chown(path_.c_str(), 12, 34), "give away", path_.native());
    const struct stat before = status();
    write_hosts_block(path_, block);
    EXPECT_EQ(read_file(path_), others + block);
    EXPECT_NE(status().st_ino, before.st_ino);
    EXPECT_EQ(status().st_mode, before.st_mode);
    EXPECT_EQ(status().st_uid, before.st_uid);
    EXPECT_EQ(status().st_gid, before.st_gid);
    const struct stat written = status();
    write_hosts_block(path_, block);
    EXPECT_EQ(status().st_ino, written.st_ino) << "nothing to change";
    write_hosts_block(path_, {});
    EXPECT_EQ(read_file(path_), others);
    for (const auto& entry : std::filesystem::directory_iterator{directory_.path()})
        EXPECT_EQ(entry.path(), path_);
}

TEST_F(HostsFile, IsMadeWhereItIsNotThere)
{
    write_hosts_block(path_, {});
    EXPECT_FALSE(std::filesystem::exists(path_));
    write_hosts_block(path_, block);
    EXPECT_EQ(read_file(path_), block);
    EXPECT_EQ(status().st_mode & 07777U, 0644U);
}

TEST_F(HostsFile, IsFollowedThroughALink)
{
    fill(others);
    const std::filesystem::path link = directory_.path() / "link";
    std::filesystem::create_symlink("hosts", link);
    write_hosts_block(link, block);
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(read_file(path_), others + block);
}

TEST_F(HostsFile, IsARegularFile)
{
    EXPECT_FAILURE(write_hosts_block(directory_.path(), block), ErrorCode::invalid_argument, "regular");
    check(::mkfifo(path_.c_str(), 0600), "make a pipe");
    EXPECT_FAILURE(write_hosts_block(path_, block), ErrorCode::invalid_argument, "regular");
}

} // namespace

} // namespace slipway::engine
