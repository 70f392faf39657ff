// SPDX-License-Identifier: LGPL-2.1-or-later
// Images: rows of four tables to structs and back.
#include "store/images.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"
#include "oci/reference.hpp"
#include "store/id_prefix.hpp"

namespace slipway::store {

namespace {

// How many containers a refusal names.
constexpr int named_users = 4;

Failure no_such_image(std::string_view text)
{
    return Failure{ErrorCode::no_such_image,
                   "no image \"" + std::string{text} +
                       "\" (slipway image ls lists them, slipway pull gets one from a registry)"};
}

void put_name(Database& database, std::string_view name, const Digest& id)
{
    database
        .query("INSERT INTO image_names (name, image_id) VALUES (?1, ?2) "
               "ON CONFLICT (name) DO UPDATE SET image_id = ?2, index_digest = ''")
        .bind(name)
        .bind(id.hex())
        .run();
}

void put_layers(Database& database, const ImageRow& image)
{
    std::int64_t position = 0;
    for (const LayerRow& layer : image.layers) {
        database.query("INSERT INTO layers (chain_id, diff_id, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(layer.chain_id.hex())
            .bind(layer.diff_id.hex())
            .bind(static_cast<std::int64_t>(layer.size))
            .run();
        database.query("INSERT INTO image_layers (image_id, position, chain_id) VALUES (?, ?, ?)")
            .bind(image.id.hex())
            .bind(position++)
            .bind(layer.chain_id.hex())
            .run();
    }
}

// "web, db and 3 more"; empty where no container has the image.
std::string users_of(Database& database, const Digest& id)
{
    std::string users;
    Query query = database.query("SELECT name FROM containers WHERE image_id = ? ORDER BY created_at, rowid");
    query.bind(id.hex());
    int count = 0;
    for (; query.step(); ++count)
        if (count < named_users)
            users += (count == 0 ? "" : ", ") + query.text(0);
    if (count > named_users)
        users += " and " + std::to_string(count - named_users) + " more";
    return users;
}

std::vector<Digest> digests(Query query)
{
    std::vector<Digest> digests;
    while (query.step())
        digests.push_back(Digest::of_hex(query.text(0)));
    return digests;
}

} // namespace

void Images::add(const ImageRow& image)
{
    known_.clear();
    Transaction transaction{database_};
    database_
        .query(
            "INSERT INTO images (id, manifest, size, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(image.id.hex())
        .bind(image.manifest.hex())
        .bind(static_cast<std::int64_t>(image.size))
        .bind(static_cast<std::int64_t>(to_usec(image.created_at)))
        .run();
    if (database_.changed_rows() != 0)
        put_layers(database_, image);
    for (const std::string& name : image.names)
        put_name(database_, name, image.id);
    transaction.commit();
}

void Images::set_name(std::string_view name, const Digest& id)
{
    known_.clear();
    Transaction transaction{database_};
    if (!database_.query("SELECT 1 FROM images WHERE id = ?").bind(id.hex()).step())
        throw no_such_image(id.text());
    put_name(database_, name, id);
    transaction.commit();
}

void Images::remove_name(std::string_view name)
{
    known_.clear();
    database_.query("DELETE FROM image_names WHERE name = ?").bind(name).run();
    if (database_.changed_rows() == 0)
        throw no_such_image(name);
}

Orphans Images::remove(const Digest& id)
{
    known_.clear();
    Transaction transaction{database_};
    if (const std::string users = users_of(database_, id); !users.empty())
        throw Failure{ErrorCode::image_in_use, "image " + short_id(id.hex()) + " is used by the containers " +
                                                   users + ": remove them first"};
    Orphans orphans;
    orphans.layers = digests(
        std::move(database_
                      .query("SELECT chain_id FROM image_layers WHERE image_id = ?1 AND chain_id NOT IN "
                             "(SELECT chain_id FROM image_layers WHERE image_id <> ?1) GROUP BY chain_id")
                      .bind(id.hex())));
    orphans.blobs =
        digests(std::move(database_
                              .query("SELECT manifest FROM images WHERE id = ?1 AND manifest NOT IN "
                                     "(SELECT manifest FROM images WHERE id <> ?1)")
                              .bind(id.hex())));
    orphans.blobs.push_back(id);

    database_.query("DELETE FROM images WHERE id = ?").bind(id.hex()).run();
    if (database_.changed_rows() == 0)
        throw no_such_image(id.text());
    for (const Digest& layer : orphans.layers)
        database_.query("DELETE FROM layers WHERE chain_id = ?").bind(layer.hex()).run();
    transaction.commit();
    return orphans;
}

void Images::set_layers(const Digest& id, const std::vector<LayerRow>& layers)
{
    known_.clear();
    Transaction transaction{database_};
    std::optional<ImageRow> image = find_id(id.hex());
    if (!image)
        throw no_such_image(id.text());
    image->layers = layers;
    database_.query("DELETE FROM image_layers WHERE image_id = ?").bind(id.hex()).run();
    for (const LayerRow& layer : layers)
        database_.query("UPDATE layers SET diff_id = ?, size = ? WHERE chain_id = ?")
            .bind(layer.diff_id.hex())
            .bind(static_cast<std::int64_t>(layer.size))
            .bind(layer.chain_id.hex())
            .run();
    put_layers(database_, *image);
    transaction.commit();
}

int Images::drop_dangling()
{
    known_.clear();
    Transaction transaction{database_};
    int dropped = 0;
    database_.query("DELETE FROM image_names WHERE image_id NOT IN (SELECT id FROM images)").run();
    dropped += database_.changed_rows();
    database_.query("DELETE FROM image_layers WHERE image_id NOT IN (SELECT id FROM images)").run();
    dropped += database_.changed_rows();
    database_.query("DELETE FROM layers WHERE chain_id NOT IN (SELECT chain_id FROM image_layers)").run();
    dropped += database_.changed_rows();
    transaction.commit();
    return dropped;
}

bool Images::is_used(const Digest& id)
{
    return database_.query("SELECT 1 FROM containers WHERE image_id = ? LIMIT 1").bind(id.hex()).step();
}

bool Images::needs(const Digest& blob)
{
    return database_.query("SELECT 1 FROM images WHERE id = ?1 OR manifest = ?1 LIMIT 1")
        .bind(blob.hex())
        .step();
}

std::optional<std::uint64_t> Images::find_layer_size(const Digest& chain_id)
{
    Query query = database_.query("SELECT size FROM layers WHERE chain_id = ?");
    if (!query.bind(chain_id.hex()).step())
        return std::nullopt;
    return static_cast<std::uint64_t>(query.number(0));
}

std::uint64_t Images::unshared_size(const Digest& id)
{
    Query query =
        database_.query("SELECT coalesce(sum(size), 0) FROM layers WHERE chain_id IN "
                        "(SELECT chain_id FROM image_layers WHERE image_id = ?1) AND chain_id NOT IN "
                        "(SELECT chain_id FROM image_layers WHERE image_id <> ?1)");
    query.bind(id.hex()).step();
    return static_cast<std::uint64_t>(query.number(0));
}

std::vector<ImageRow> Images::list()
{
    std::vector<ImageRow> images;
    for (const Digest& id : digests(database_.query("SELECT id FROM images ORDER BY created_at, id")))
        if (std::optional<ImageRow> image = find_id(id.hex()))
            images.push_back(*std::move(image));
    return images;
}

std::optional<ImageRow> Images::find_id(std::string_view id)
{
    if (const auto known = known_.find(id); known != known_.end())
        return known->second;
    std::optional<ImageRow> image = read(id);
    // Within a transaction it may be undone yet.
    if (image && !database_.is_in_transaction())
        known_.emplace(id, *image);
    return image;
}

std::optional<ImageRow> Images::read(std::string_view id)
{
    Query row = database_.query("SELECT id, manifest, size, created_at FROM images WHERE id = ?");
    if (!row.bind(id).step())
        return std::nullopt;
    ImageRow image{Digest::of_hex(row.text(0)),
                   Digest::of_hex(row.text(1)),
                   static_cast<std::uint64_t>(row.number(2)),
                   from_usec(static_cast<std::uint64_t>(row.number(3))),
                   {},
                   {}};
    Query names = database_.query("SELECT name FROM image_names WHERE image_id = ? ORDER BY name");
    names.bind(id);
    while (names.step())
        image.names.push_back(names.text(0));
    Query layers =
        database_.query("SELECT chain_id, diff_id, size FROM image_layers JOIN layers USING (chain_id) "
                        "WHERE image_id = ? ORDER BY position");
    layers.bind(id);
    while (layers.step())
        image.layers.push_back({Digest::of_hex(layers.text(0)), Digest::of_hex(layers.text(1)),
                                static_cast<std::uint64_t>(layers.number(2))});
    return image;
}

std::optional<ImageRow> Images::find(std::string_view text)
{
    // "sha256:…" could be read as a name with a tag.
    const Result<Digest> whole = Digest::parse(text);
    if (whole)
        return find_id(whole.value().hex());
    if (Result<oci::Reference> parsed = oci::parse_reference(text)) {
        const oci::Reference reference = std::move(parsed).value();
        const std::string name = reference.familiar();
        const std::string digest = reference.digest ? reference.digest->hex() : std::string{};
        Query query = database_.query("SELECT image_id FROM image_names WHERE name = ?1 "
                                      "UNION SELECT id FROM images WHERE id = ?2 OR manifest = ?2 LIMIT 1");
        if (query.bind(name).bind(digest).step())
            return find_id(query.text(0));
    }
    std::string_view id = text;
    if (id.starts_with("sha256:"))
        id.remove_prefix(7);
    const std::optional<IdPrefix> prefix = find_id_prefix(id);
    if (!prefix)
        return std::nullopt;
    Query query =
        database_.query("SELECT id, coalesce((SELECT min(name) FROM image_names WHERE image_id = id), "
                        "'no name') FROM images WHERE id >= ? AND id < ? ORDER BY id");
    query.bind(prefix->first).bind(prefix->end);
    const std::optional<std::string> match = one_match(query, text, "image");
    return match ? find_id(*match) : std::nullopt;
}

ImageRow Images::at(std::string_view text)
{
    if (std::optional<ImageRow> image = find(text))
        return *std::move(image);
    // Says what is wrong with text that can be neither name nor id.
    if (!find_id_prefix(text))
        static_cast<void>(oci::parse_reference(text).value());
    throw no_such_image(text);
}

} // namespace slipway::store
