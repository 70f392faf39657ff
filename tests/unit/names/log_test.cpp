// SPDX-License-Identifier: LGPL-2.1-or-later
// The log of names: what its writer says and its reader hears, whoever dies in between.
#include "base/file.hpp"
#include "names/log_reader.hpp"
#include "names/log_writer.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace slipway::names {
namespace {

IpAddress address(const std::string& text)
{
    return IpAddress::parse(text).value();
}

Head a_head()
{
    return {"slipway.internal",
            "blue",
            {IpPrefix::parse("10.208.0.0/20").value(), IpPrefix::parse("fd00:1::/64").value()}};
}

std::vector<Record> records_of(const std::string& name, const std::string& data)
{
    return {{name + ".slipway.internal", address(data)}};
}

// A reader's picture, as the name server keeps one.
class Listener {
  public:
    explicit Listener(const std::filesystem::path& path) : reader_{path} {}

    Contents look()
    {
        if (std::optional<News> news = reader_.read_news()) {
            if (news->is_anew)
                contents_.clear();
            if (news->head)
                head_ = news->head;
            for (const Change& change : news->changes)
                contents_[change.owner] = change.records;
            std::erase_if(contents_, [](const auto& entry) { return entry.second.empty(); });
            complaints_.insert(complaints_.end(), news->complaints.begin(), news->complaints.end());
        }
        return contents_;
    }
    const std::optional<Head>& head() const { return head_; }
    const std::vector<std::string>& complaints() const { return complaints_; }
    LogReader& reader() { return reader_; }

  private:
    LogReader reader_;
    std::optional<Head> head_;
    Contents contents_;
    std::vector<std::string> complaints_;
};

class TheLog : public ::testing::Test {
  protected:
    void append(const std::string& text) const { std::ofstream{path_, std::ios::app} << text; }
    ino_t inode() const
    {
        struct stat status {};
        check(::stat(path_.c_str(), &status), "look at", path_.native());
        return status.st_ino;
    }

    testing::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_ / "blue";
};

TEST_F(TheLog, TellsItsReaderEveryChangeAtOnce)
{
    LogWriter writer{path_, a_head()};
    Listener listener{path_};
    EXPECT_TRUE(listener.look().empty());
    EXPECT_EQ(listener.head(), a_head());
    writer.set("1", records_of("web", "10.208.0.2"));
    EXPECT_EQ(listener.look(), writer.contents());
    writer.set("2", records_of("db", "fd00:1::3"));
    writer.set("1", records_of("web", "10.208.0.9"));
    EXPECT_EQ(listener.look(),
              (Contents{{"1", records_of("web", "10.208.0.9")}, {"2", records_of("db", "fd00:1::3")}}));
    writer.unset("2");
    EXPECT_EQ(listener.look(), (Contents{{"1", records_of("web", "10.208.0.9")}}));
    EXPECT_THAT(listener.complaints(), ::testing::IsEmpty());
}

TEST_F(TheLog, HasAllKindsOfRecords)
{
    const std::vector<Record> records{
        {"web.slipway.internal", address("10.208.0.2")},
        {"web.slipway.internal", address("fd00:1::2")},
        {"_80._tcp.web.slipway.internal", Service{"web.slipway.internal", 80, 1, 2}},
        {"2.0.208.10.in-addr.arpa", Pointer{"web.slipway.internal"}},
        {"My\\.web._http._tcp.slipway.internal", Texts{{"path=/", ""}}},
    };
    LogWriter{path_, a_head()}.set("1", records);
    EXPECT_EQ(Listener{path_}.look(), (Contents{{"1", records}}));
}

TEST_F(TheLog, SaysWhoseQuestionsAreAnsweredFromOtherLogsToo)
{
    const Outlook outlook{{address("10.208.0.2"), address("fd00:1::2")}, {"green"}};
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"), outlook);
    LogReader reader{path_};
    EXPECT_EQ(reader.read_news()->changes,
              (std::vector{Change{"1", records_of("web", "10.208.0.2"), outlook}}));
    LogWriter writer{path_, a_head()};
    EXPECT_EQ(writer.contents().at("1").outlook, outlook) << "gone on with";
    writer.set("1", records_of("web", "10.208.0.2"));
    EXPECT_EQ(reader.read_news()->changes, (std::vector{Change{"1", records_of("web", "10.208.0.2")}}));
    for (const char* network : {"", ".", "../blue", "a/b", "/etc"})
        EXPECT_FAILURE(parse_line(R"({"set": "1", "records": [], "from": ["10.208.0.2"], "also": [")" +
                                  std::string{network} + "\"]}"),
                       ErrorCode::invalid_argument, "network");
}

TEST_F(TheLog, SaysWhereNoOtherNamesAreAskedFor)
{
    Head head = a_head();
    head.forwards = false;
    const LogWriter writer{path_, head};
    Listener listener{path_};
    listener.look();
    EXPECT_EQ(listener.head(), head);
}

TEST_F(TheLog, SaysNothingWhereNothingIsNew)
{
    LogWriter writer{path_, a_head()};
    writer.set("1", records_of("web", "10.208.0.2"));
    Listener listener{path_};
    listener.look();
    writer.set("1", records_of("web", "10.208.0.2"));
    writer.unset("2");
    EXPECT_FALSE(listener.reader().read_news());
}

TEST_F(TheLog, IsReadUpToItsLastWholeLine)
{
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"));
    Listener listener{path_};
    const std::string line = to_line(Change{"2", records_of("db", "10.208.0.3")});
    append(line.substr(0, line.size() / 2));
    EXPECT_EQ(listener.look().size(), 1U);
    EXPECT_FALSE(listener.reader().read_news());
    append(line.substr(line.size() / 2));
    EXPECT_EQ(listener.look().size(), 2U);
    EXPECT_THAT(listener.complaints(), ::testing::IsEmpty());
}

TEST_F(TheLog, IsMendedByTheNextWriterWhereItsEndIsTorn)
{
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"));
    Listener listener{path_};
    append(R"({"set": "2", "rec)");
    listener.look();
    LogWriter writer{path_, a_head()};
    writer.set("3", records_of("mail", "10.208.0.4"));
    EXPECT_EQ(listener.look(),
              (Contents{{"1", records_of("web", "10.208.0.2")}, {"3", records_of("mail", "10.208.0.4")}}));
    EXPECT_THAT(listener.complaints(), ::testing::IsEmpty());
}

TEST_F(TheLog, IsGoneOnWithByTheNextWriter)
{
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"));
    const ino_t before = inode();
    LogWriter writer{path_, a_head()};
    EXPECT_EQ(writer.contents(), (Contents{{"1", records_of("web", "10.208.0.2")}}));
    writer.set("2", records_of("db", "10.208.0.3"));
    EXPECT_EQ(inode(), before);
    EXPECT_EQ(Listener{path_}.look().size(), 2U);
}

TEST_F(TheLog, IsBegunAnewForAnotherHead)
{
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"));
    Listener listener{path_};
    listener.look();
    Head other = a_head();
    other.subnets.pop_back();
    const LogWriter writer{path_, other};
    EXPECT_EQ(listener.look().size(), 1U);
    EXPECT_EQ(listener.head(), other);
}

TEST_F(TheLog, IsFollowedWhenItIsReplaced)
{
    LogWriter writer{path_, a_head()};
    writer.set("1", records_of("web", "10.208.0.2"));
    Listener listener{path_};
    listener.look();
    const Contents contents{{"7", records_of("db", "10.208.0.7")}};
    writer.replace(contents);
    EXPECT_EQ(listener.look(), contents);
    writer.set("8", records_of("web", "10.208.0.8"));
    EXPECT_EQ(listener.look(), writer.contents());
}

TEST_F(TheLog, StaysShortHoweverOftenItChanges)
{
    LogWriter writer{path_, a_head()};
    Listener listener{path_};
    for (unsigned round = 0; round < 3000; ++round) {
        writer.set("1", records_of("web", "10.208.0." + std::to_string(2 + round % 200)));
        ASSERT_EQ(listener.look(), writer.contents());
    }
    EXPECT_LT(std::filesystem::file_size(path_), 80U << 10U);
}

TEST_F(TheLog, IsTheOldOneWhereWritingItAnewWasCutOff)
{
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"));
    std::ofstream{directory_ / ".blue.new"} << to_line(a_head()) << R"({"set": "1", "reco)";
    LogWriter writer{path_, a_head()};
    EXPECT_EQ(writer.contents().size(), 1U);
    writer.replace({{"2", records_of("db", "10.208.0.3")}});
    EXPECT_EQ(Listener{path_}.look(), writer.contents());
}

TEST_F(TheLog, ForgetsAllWhenItIsRemovedAndHearsOfTheNextOne)
{
    Listener listener{path_};
    EXPECT_TRUE(listener.look().empty());
    LogWriter writer{path_, a_head()};
    writer.set("1", records_of("web", "10.208.0.2"));
    EXPECT_EQ(listener.look().size(), 1U);
    std::filesystem::remove(path_);
    EXPECT_TRUE(listener.look().empty());
    EXPECT_FALSE(listener.reader().read_news());
    writer.set("2", records_of("db", "10.208.0.3")); // somebody had tidied up
    EXPECT_EQ(listener.look(), writer.contents());
}

TEST_F(TheLog, GoesOnBehindWhatNobodyUnderstands)
{
    LogWriter{path_, a_head()}.set("1", records_of("web", "10.208.0.2"));
    append("\n{}\n[1]\n{\"set\": 5}\nno JSON\n"
           R"({"set": "2", "records": [{"name": "x", "type": "A", "data": "fd00::1"}]})"
           "\n"
           R"({"set": "2", "records": [{"name": "x", "type": "SRV", "port": 70000, "target": "y"}]})"
           "\n"
           R"({"set": "2", "records": [{"name": "x", "type": "TXT", "texts": []}]})"
           "\n"
           R"({"set": "2", "records": [{"name": "x", "type": "MX", "data": "y"}]})"
           "\n");
    append(to_line(Change{"3", records_of("db", "10.208.0.3")}));
    Listener listener{path_};
    EXPECT_EQ(listener.look(),
              (Contents{{"1", records_of("web", "10.208.0.2")}, {"3", records_of("db", "10.208.0.3")}}));
    EXPECT_EQ(listener.complaints().size(), 9U);
    EXPECT_THAT(listener.complaints(), ::testing::Each(::testing::HasSubstr("a line is skipped: ")));
}

TEST_F(TheLog, CanBeReadByEverybodyWhateverTheWritersMask)
{
    const mode_t before = ::umask(0077);
    const LogWriter writer{path_, a_head()};
    ::umask(before);
    EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms{0644});
}

TEST_F(TheLog, IsNotReadThroughALink)
{
    const LogWriter writer{directory_ / "other", a_head()};
    std::filesystem::create_symlink(directory_ / "other", path_);
    LogReader reader{path_};
    EXPECT_FAILURE(reader.read_news(), ErrorCode::io_error, "open");
}

} // namespace
} // namespace slipway::names
