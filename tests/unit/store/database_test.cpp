// SPDX-License-Identifier: LGPL-2.1-or-later
// Database: made from nothing, kept through a kill, clear about what is damaged, locked or too new.
#include "base/file.hpp"
#include "samples.hpp"
#include "store/database.hpp"
#include "store/images.hpp"
#include "store/schema.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::store {
namespace {

class DatabaseTest : public ::testing::Test {
  protected:
    std::int64_t number(Database& database, const char* sql)
    {
        Query query = database.query(sql);
        return query.step() ? query.number(0) : -1;
    }
    std::filesystem::path log() const { return file_.native() + "-wal"; }

    slipway::testing::TemporaryDirectory root_;
    std::filesystem::path file_ = root_ / "state.db";
};

TEST_F(DatabaseTest, IsMadeFromNothingInThisVersion)
{
    Database database{file_};
    EXPECT_EQ(number(database, "PRAGMA user_version"), schema_version());
    for (const char* table : {"SELECT count(*) FROM containers", "SELECT count(*) FROM images",
                              "SELECT count(*) FROM layers", "SELECT count(*) FROM image_names"})
        EXPECT_EQ(number(database, table), 0) << table;
}

TEST_F(DatabaseTest, WritesAheadAndKeepsReferences)
{
    Database database{file_};
    Query mode = database.query("PRAGMA journal_mode");
    ASSERT_TRUE(mode.step());
    EXPECT_EQ(mode.text(0), "wal");
    EXPECT_EQ(number(database, "PRAGMA foreign_keys"), 1);
    EXPECT_EQ(number(database, "PRAGMA wal_autocheckpoint"), 0);
    EXPECT_TRUE(std::filesystem::exists(log()));
}

TEST_F(DatabaseTest, OpensAgainWithWhatWasThere)
{
    const ImageRow image = testing::image_row("web:1", {"base"});
    {
        Database database{file_};
        Images{database}.add(image);
    }
    Database database{file_};
    EXPECT_EQ(Images{database}.at("web:1"), image);
}

TEST_F(DatabaseTest, KeepsWhatIsCommittedWhenTheProcessIsKilled)
{
    const ImageRow image = testing::image_row("web:1", {"base"});
    const pid_t child = ::fork();
    if (child == 0) {
        Database database{file_};
        Images{database}.add(image);
        const Transaction open{database};
        database.execute("DELETE FROM image_names");
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    Database database{file_};
    EXPECT_EQ(Images{database}.at("web:1"), image);
}

TEST_F(DatabaseTest, UndoesATransactionThatIsNotCommitted)
{
    Database database{file_};
    {
        const Transaction transaction{database};
        database.execute("UPDATE checkpoint SET number = 7");
    }
    EXPECT_EQ(number(database, "SELECT number FROM checkpoint"), 0);
    Transaction transaction{database};
    database.execute("UPDATE checkpoint SET number = 7");
    transaction.commit();
    EXPECT_EQ(number(database, "SELECT number FROM checkpoint"), 7);
}

TEST_F(DatabaseTest, CheckpointPutsAllInTheFileWhileAWriterIsOpen)
{
    Database database{file_};
    const ImageRow image = testing::image_row("web:1", {"base"});
    Images images{database};
    images.add(image);
    checkpoint(file_);
    const std::filesystem::path copy = root_ / "copy.db";
    std::filesystem::copy_file(file_, copy); // without its log
    Database copied{copy};
    EXPECT_EQ(Images{copied}.at("web:1"), image);
    images.set_name("web:2", image.id);
    EXPECT_EQ(images.at("web:2").id, image.id);
    const auto size = std::filesystem::file_size(log());
    for (int i = 0; i < 10; ++i) {
        checkpoint(file_);
        images.set_name("web:2", image.id);
    }
    EXPECT_LE(std::filesystem::file_size(log()), size) << "the log is used anew";
}

TEST_F(DatabaseTest, RefusesOneOfANewerVersion)
{
    {
        Database database{file_};
        database.execute("PRAGMA user_version = 1000");
    }
    EXPECT_FAILURE(Database{file_}, ErrorCode::not_supported, "has version 1000, written by a newer slipway");
    EXPECT_FAILURE(Database{file_}, ErrorCode::not_supported, "this one knows");
}

TEST_F(DatabaseTest, SaysThatAFileIsDamagedAndWhatToDo)
{
    replace_file(file_, "this is no database, and long enough to be seen as none" + std::string(5000, 'x'),
                 Durability::page_cache);
    EXPECT_FAILURE(Database{file_}, ErrorCode::io_error, "state.db is damaged (file is not a database)");
    EXPECT_FAILURE(Database{file_}, ErrorCode::io_error, "put a backup in its place");
}

// Every page in its turn is overwritten; the first use that meets it says so, and nothing crashes.
TEST_F(DatabaseTest, SaysThatAPageIsDamaged)
{
    {
        Database database{file_};
        Images images{database};
        for (int i = 0; i < 50; ++i)
            images.add(testing::image_row("web:" + std::to_string(i), {"base", std::to_string(i)}));
        checkpoint(file_);
    }
    std::filesystem::remove(log());
    const std::string whole = read_file(file_);
    constexpr std::size_t page = 4096;
    int damaged = 0;
    for (std::size_t start = 0; start < whole.size(); start += page) {
        std::string content = whole;
        // The head of the first page says that it is a database.
        content.replace(start == 0 ? 100 : start, start == 0 ? page - 100 : page,
                        start == 0 ? page - 100 : page, '\xa5');
        replace_file(file_, content, Durability::page_cache);
        std::filesystem::remove(log());
        std::filesystem::remove(file_.native() + "-shm");
        const auto failure = slipway::testing::failure_of([&] {
            Database database{file_};
            Images images{database};
            for (const ImageRow& image : images.list())
                images.set_name("new", image.id);
            return 0;
        });
        if (!failure)
            continue; // an index that was not needed, or a free page
        ++damaged;
        EXPECT_EQ(failure->code(), ErrorCode::io_error) << failure->message();
        EXPECT_THAT(failure->message(), ::testing::HasSubstr("state.db is damaged")) << start / page;
    }
    EXPECT_GE(damaged, 5);
}

TEST_F(DatabaseTest, SaysThatItsPlaceIsNoFile)
{
    EXPECT_FAILURE(Database{root_.path()}, ErrorCode::io_error, "open " + root_.path().native());
    EXPECT_FAILURE(Database{root_ / "nowhere" / "state.db"}, ErrorCode::io_error, "unable to open");
}

TEST_F(DatabaseTest, GivesUpOnAWriterThatNeverEnds)
{
    Database first{file_};
    Database second{file_};
    const Transaction busy{first};
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FAILURE(Transaction{second}, ErrorCode::unavailable, "kept locked by another program");
    EXPECT_GE(std::chrono::steady_clock::now() - start, database_patience / 2);
}

TEST_F(DatabaseTest, ReadsOnWhileAnotherWrites)
{
    Database first{file_};
    Database second{file_};
    const Transaction busy{first};
    first.execute("UPDATE checkpoint SET number = 7");
    EXPECT_EQ(number(second, "SELECT number FROM checkpoint"), 0);
}

TEST_F(DatabaseTest, KeepsTextWithAnythingInIt)
{
    Database database{file_};
    const std::string text{"a\0b\n'\"\xc3\xa9", 8};
    Query query = database.query("SELECT ?, ?");
    query.bind(text).bind(std::string_view{});
    ASSERT_TRUE(query.step());
    EXPECT_EQ(query.text(0), text);
    EXPECT_EQ(query.text(1), "");
}

} // namespace
} // namespace slipway::store
