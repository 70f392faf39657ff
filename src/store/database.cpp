// SPDX-License-Identifier: LGPL-2.1-or-later
// Database: SQLite's C interface, its settings and its error codes.
#include "store/database.hpp"

#include "base/failure.hpp"
#include "store/schema.hpp"

#include <sqlite3.h>

#include <utility>

namespace slipway::store {

namespace {

ErrorCode code_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::unavailable;
    case SQLITE_FULL:
        return ErrorCode::no_space;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ErrorCode::access_denied;
    default:
        return ErrorCode::io_error;
    }
}

[[noreturn]] void fail(sqlite3* connection, int result)
{
    const char* file = connection == nullptr ? nullptr : ::sqlite3_db_filename(connection, "main");
    const std::string name = file == nullptr || *file == '\0' ? "the state database" : file;
    const int primary = result & 0xff;
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
        throw Failure{ErrorCode::io_error, name + " is damaged (" + ::sqlite3_errstr(primary) +
                                               "): put a backup in its place, or move it away to begin anew"};
    if (primary == SQLITE_BUSY)
        throw Failure{ErrorCode::unavailable, name + " is kept locked by another program"};
    const char* reason = connection == nullptr ? ::sqlite3_errstr(result) : ::sqlite3_errmsg(connection);
    throw Failure{code_of(result), name + ": " + reason};
}

void check_sqlite(sqlite3* connection, int result)
{
    if (result != SQLITE_OK)
        fail(connection, result);
}

// A connection with the settings that all of ours share. Throws; CONNECTION is set even then and must be
// closed.
void open(const std::filesystem::path& file, sqlite3*& connection)
{
    const int result = ::sqlite3_open_v2(
        file.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (result != SQLITE_OK)
        throw Failure{code_of(result), "open " + file.native() + ": " + ::sqlite3_errstr(result)};
    ::sqlite3_extended_result_codes(connection, 1);
    ::sqlite3_busy_timeout(connection, static_cast<int>(database_patience.count()));
    // Closing the last connection would otherwise copy the whole log and sync.
    check_sqlite(connection, ::sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr));
    check_sqlite(connection, ::sqlite3_exec(connection,
                                            "PRAGMA journal_mode = WAL;"
                                            "PRAGMA synchronous = NORMAL;"
                                            "PRAGMA wal_autocheckpoint = 0;"
                                            "PRAGMA foreign_keys = ON;"
                                            "PRAGMA temp_store = MEMORY;",
                                            nullptr, nullptr, nullptr));
}

} // namespace

Query::Query(Query&& other) noexcept
    : statement_{std::exchange(other.statement_, nullptr)}, bound_{other.bound_}
{
}

Query::~Query()
{
    if (statement_ == nullptr)
        return;
    ::sqlite3_reset(statement_);
    ::sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::string_view text)
{
    const char* data = text.data() == nullptr ? "" : text.data();
    check_sqlite(::sqlite3_db_handle(statement_),
                 ::sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Query& Query::bind(std::int64_t number)
{
    check_sqlite(::sqlite3_db_handle(statement_), ::sqlite3_bind_int64(statement_, ++bound_, number));
    return *this;
}

bool Query::step()
{
    const int result = ::sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        fail(::sqlite3_db_handle(statement_), result);
    return result == SQLITE_ROW;
}

std::string Query::text(int column) const
{
    const void* data = ::sqlite3_column_text(statement_, column);
    const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string{} : std::string{static_cast<const char*>(data), size};
}

std::int64_t Query::number(int column) const
{
    return ::sqlite3_column_int64(statement_, column);
}

void Database::Close::operator()(sqlite3* connection) const noexcept
{
    ::sqlite3_close(connection);
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept
{
    ::sqlite3_finalize(statement);
}

Database::Database(const std::filesystem::path& file)
{
    sqlite3* connection = nullptr;
    try {
        open(file, connection);
    } catch (...) {
        ::sqlite3_close(connection);
        throw;
    }
    connection_.reset(connection);
    migrate(*this);
}

Query Database::query(const char* sql)
{
    auto& statement = statements_[sql];
    if (!statement) {
        sqlite3_stmt* prepared = nullptr;
        check_sqlite(connection_.get(), ::sqlite3_prepare_v3(connection_.get(), sql, -1,
                                                             SQLITE_PREPARE_PERSISTENT, &prepared, nullptr));
        statement.reset(prepared);
    }
    return Query{statement.get()};
}

void Database::execute(const char* sql)
{
    check_sqlite(connection_.get(), ::sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr));
}

int Database::changed_rows() const
{
    return ::sqlite3_changes(connection_.get());
}

bool Database::is_in_transaction() const
{
    return ::sqlite3_get_autocommit(connection_.get()) == 0;
}

Transaction::Transaction(Database& database)
    : database_{database}, is_outermost_{!database.is_in_transaction()}
{
    if (!is_outermost_)
        return;
    // Locked from the start, so that what is read holds until the commit.
    database_.query("BEGIN IMMEDIATE").run();
}

Transaction::~Transaction()
{
    if (!is_open_ || !is_outermost_)
        return;
    try {
        database_.query("ROLLBACK").run();
    } catch (...) { // NOLINT: SQLite has rolled back by itself, after a full disk for one
    }
}

void Transaction::commit()
{
    if (is_outermost_)
        database_.query("COMMIT").run();
    is_open_ = false;
}

std::vector<std::string> find_damage(const std::filesystem::path& file)
{
    Database database{file};
    std::vector<std::string> damage;
    Query pages = database.query("PRAGMA integrity_check");
    while (pages.step())
        if (std::string line = pages.text(0); line != "ok")
            damage.push_back(std::move(line));
    std::map<std::pair<std::string, std::string>, unsigned> dangling;
    Query rows = database.query("PRAGMA foreign_key_check");
    while (rows.step())
        ++dangling[{rows.text(0), rows.text(2)}];
    for (const auto& [tables, count] : dangling)
        damage.push_back(std::to_string(count) + " of the rows of " + tables.first + " refer to rows of " +
                         tables.second + " that are not there");
    Query unused = database.query("SELECT count(*) FROM layers WHERE chain_id NOT IN "
                                  "(SELECT chain_id FROM image_layers)");
    if (unused.step() && unused.number(0) != 0)
        damage.push_back(std::to_string(unused.number(0)) + " of the rows of layers belong to no image");
    return damage;
}

void checkpoint(const std::filesystem::path& file)
{
    Database database{file};
    // Returns busy, the log's frames and those copied. Frames that a reader still needs wait for the next
    // time.
    bool is_copied = false;
    {
        Query query = database.query("PRAGMA wal_checkpoint(PASSIVE)");
        is_copied = query.step() && query.number(0) == 0 && query.number(1) == query.number(2);
    }
    // The first commit after a whole copy begins the log anew and syncs its head: let it be one of ours.
    if (is_copied)
        database.query("UPDATE checkpoint SET number = number + 1").run();
}

} // namespace slipway::store
