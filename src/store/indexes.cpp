// SPDX-License-Identifier: LGPL-2.1-or-later
// Indexes: a column of the names, and a table of blobs.
#include "store/indexes.hpp"

#include "base/failure.hpp"

#include <string>

namespace slipway::store {

namespace {

std::vector<Digest> digests_in(Query& query)
{
    std::vector<Digest> found;
    while (query.step())
        found.push_back(Digest::of_hex(query.text(0)));
    return found;
}

} // namespace

void Indexes::keep(std::string_view name, const Digest& index, const std::vector<Digest>& blobs)
{
    Transaction transaction{database_};
    for (const Digest& blob : blobs)
        database_.query("INSERT INTO index_blobs (index_digest, blob) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(index.hex())
            .bind(blob.hex())
            .run();
    database_.query("UPDATE image_names SET index_digest = ? WHERE name = ?")
        .bind(index.hex())
        .bind(name)
        .run();
    if (database_.changed_rows() == 0)
        throw Failure{ErrorCode::no_such_image, "no image \"" + std::string{name} + "\""};
    transaction.commit();
}

std::optional<Digest> Indexes::find(std::string_view name)
{
    Query query =
        database_.query("SELECT index_digest FROM image_names WHERE name = ? AND index_digest <> ''");
    if (!query.bind(name).step())
        return std::nullopt;
    return Digest::of_hex(query.text(0));
}

std::vector<Digest> Indexes::list()
{
    Query query = database_.query("SELECT DISTINCT index_digest FROM image_names WHERE index_digest <> ''");
    return digests_in(query);
}

std::vector<Digest> Indexes::blobs_of(const Digest& index)
{
    Query query = database_.query("SELECT blob FROM index_blobs WHERE index_digest = ?");
    query.bind(index.hex());
    return digests_in(query);
}

bool Indexes::needs(const Digest& blob)
{
    return database_.query("SELECT 1 FROM index_blobs WHERE blob = ? LIMIT 1").bind(blob.hex()).step();
}

void Indexes::forget(const Digest& index)
{
    database_.query("UPDATE image_names SET index_digest = '' WHERE index_digest = ?")
        .bind(index.hex())
        .run();
}

std::vector<Digest> Indexes::drop_unnamed()
{
    Transaction transaction{database_};
    std::vector<Digest> dropped;
    {
        Query query = database_.query(
            "SELECT DISTINCT blob FROM index_blobs "
            "WHERE index_digest NOT IN (SELECT index_digest FROM image_names) AND blob NOT IN "
            "(SELECT blob FROM index_blobs WHERE index_digest IN (SELECT index_digest FROM image_names)) "
            "AND blob NOT IN (SELECT id FROM images UNION SELECT manifest FROM images)");
        dropped = digests_in(query);
    }
    database_
        .query("DELETE FROM index_blobs WHERE index_digest NOT IN (SELECT index_digest FROM image_names)")
        .run();
    transaction.commit();
    return dropped;
}

} // namespace slipway::store
