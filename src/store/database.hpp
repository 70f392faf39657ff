// SPDX-License-Identifier: LGPL-2.1-or-later
// Database: one connection to the state database (SQLite, write-ahead log) and its prepared statements.
//
// A commit writes to the log in the page cache and syncs nothing, so it costs microseconds; it survives the
// death of the engine at once and a loss of power from the next checkpoint on. Checkpoints are the work of
// another thread. The functions are not safe to call from two threads; each thread has a connection of its
// own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace slipway::store {

// How long a connection waits for another one's write before it fails with unavailable.
inline constexpr std::chrono::milliseconds database_patience{2000};

// A statement while it runs: parameters first, then rows. Gives the statement back when it ends.
class Query {
  public:
    explicit Query(sqlite3_stmt* statement) noexcept : statement_{statement} {}
    Query(Query&& other) noexcept;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query& operator=(Query&&) = delete;
    ~Query();

    // The next parameter, from left to right. A text must outlive the query.
    Query& bind(std::string_view text);
    Query& bind(std::int64_t number);

    // Goes to the next row; false after the last one.
    bool step();
    // For what returns no rows.
    void run() { step(); }

    // Columns of the row, from 0.
    std::string text(int column) const;
    std::int64_t number(int column) const;

  private:
    sqlite3_stmt* statement_;
    int bound_ = 0;
};

class Database {
  public:
    // Creates FILE where it is missing and brings an older one up to this version's schema.
    // Throws Failure: io_error for a damaged file, not_supported for a newer one, unavailable for one kept
    // locked.
    explicit Database(const std::filesystem::path& file);

    // SQL must be a literal: its address is the key under which the prepared statement is kept.
    Query query(const char* sql);
    // One or more statements without parameters.
    void execute(const char* sql);
    // Rows that the last statement changed.
    int changed_rows() const;
    bool is_in_transaction() const;

  private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> connection_;
    std::map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// What happens between is all done or not at all; undone unless commit() was called. One within another is a
// part of it.
class Transaction {
  public:
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Transaction(Transaction&&) = delete;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    void commit();

  private:
    Database& database_;
    bool is_outermost_;
    bool is_open_ = true;
};

// What is wrong with the database itself: pages, indexes, rows that refer to rows that are not there. A line
// each. Reads all of it, by a connection of its own: for a worker. Throws as Database does.
std::vector<std::string> find_damage(const std::filesystem::path& file);

// Makes all commits so far survive a loss of power and lets the log be used anew. Syncs: for a worker, which
// opens a connection of its own for it. Writers go on meanwhile. Throws as Database does.
void checkpoint(const std::filesystem::path& file);

} // namespace slipway::store
