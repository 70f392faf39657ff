// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of the state database. A step that was ever released stays as it is: changes are further steps.
#include "store/schema.hpp"

#include "base/failure.hpp"
#include "store/database.hpp"

#include <array>
#include <string>

namespace slipway::store {

namespace {

constexpr const char* first_tables = R"(
CREATE TABLE layers (
    chain_id TEXT PRIMARY KEY,
    diff_id TEXT NOT NULL,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
    id TEXT PRIMARY KEY,
    manifest TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE image_layers (
    image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    chain_id TEXT NOT NULL REFERENCES layers (chain_id),
    PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_layers_by_layer ON image_layers (chain_id);

CREATE TABLE image_names (
    name TEXT PRIMARY KEY,
    image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX image_names_by_image ON image_names (image_id);

CREATE TABLE containers (
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    image_id TEXT NOT NULL REFERENCES images (id),
    image_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    auto_remove INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('created', 'running', 'exited')),
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    exit_status INTEGER NOT NULL,
    exit_signal INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    spec TEXT NOT NULL
) STRICT;
CREATE INDEX containers_by_image ON containers (image_id);

-- What checkpoint() writes to.
CREATE TABLE checkpoint (number INTEGER NOT NULL) STRICT;
INSERT INTO checkpoint VALUES (0);

PRAGMA user_version = 1;
)";

constexpr const char* exit_causes = R"(
ALTER TABLE containers ADD COLUMN exit_cause TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 2;
)";

constexpr const char* volumes = R"(
CREATE TABLE volumes (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    is_anonymous INTEGER NOT NULL,
    is_populated INTEGER NOT NULL,
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 3;
)";

// What is kept of an image for all its platforms, as it came.
constexpr const char* indexes = R"(
ALTER TABLE image_names ADD COLUMN index_digest TEXT NOT NULL DEFAULT '';
CREATE TABLE index_blobs (
    index_digest TEXT NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (index_digest, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX index_blobs_by_blob ON index_blobs (blob);
PRAGMA user_version = 4;
)";

// The key is what keeps an address from being given twice. "cursor": how far into the network the last one
// was.
constexpr const char* networks = R"(
CREATE TABLE networks (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE addresses (
    network TEXT NOT NULL REFERENCES networks (name),
    address TEXT NOT NULL,
    container TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
    PRIMARY KEY (network, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_container ON addresses (container);
PRAGMA user_version = 5;
)";

// Records of names that somebody has made by hand; they go with their network. And what an administrator has
// settled for the whole engine.
constexpr const char* records_and_settings = R"(
CREATE TABLE records (
    network TEXT NOT NULL REFERENCES networks (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (network, name, type, data)
) STRICT, WITHOUT ROWID;
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 6;
)";

// Groups of containers as they are to be; what there is of them the containers know.
constexpr const char* groups = R"(
CREATE TABLE groups (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    definition TEXT NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 7;
)";

// Containers may live in services of the host's.
constexpr const char* adopting_units = R"(
ALTER TABLE containers ADD COLUMN unit TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 8;
)";

// The step at index N leads from version N to N + 1 and sets it.
constexpr std::array steps{first_tables, exit_causes,          volumes, indexes,
                           networks,     records_and_settings, groups,  adopting_units};

int version_of(Database& database)
{
    Query query = database.query("PRAGMA user_version");
    query.step();
    return static_cast<int>(query.number(0));
}

} // namespace

int schema_version()
{
    return static_cast<int>(steps.size());
}

void migrate(Database& database)
{
    if (version_of(database) == schema_version())
        return;
    // Another connection may be at the same: what counts is the version once the lock is ours.
    Transaction transaction{database};
    const int version = version_of(database);
    if (version > schema_version())
        throw Failure{ErrorCode::not_supported, "the state database has version " + std::to_string(version) +
                                                    ", written by a newer slipway; this one knows " +
                                                    std::to_string(schema_version())};
    for (int step = version; step < schema_version(); ++step)
        database.execute(steps[static_cast<std::size_t>(step)]);
    transaction.commit();
}

} // namespace slipway::store
