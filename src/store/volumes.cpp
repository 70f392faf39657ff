// SPDX-License-Identifier: LGPL-2.1-or-later
// Volumes: rows to structs and back.
#include "store/volumes.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace slipway::store {

namespace {

// NAME_MAX: the name is one of a directory.
constexpr std::size_t name_limit = 255;

VolumeRow read_volume(const Query& query)
{
    VolumeRow row;
    row.name = query.text(0);
    row.created_at = from_usec(static_cast<std::uint64_t>(query.number(1)));
    row.is_anonymous = query.number(2) != 0;
    row.is_populated = query.number(3) != 0;
    row.settings = query.text(4);
    return row;
}

Failure no_such_volume(std::string_view name)
{
    return Failure{ErrorCode::no_such_volume,
                   "no volume \"" + std::string{name} + "\" (slipway volume ls lists them)"};
}

} // namespace

bool is_volume_name(std::string_view text)
{
    const auto is_alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= name_limit && is_alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

void Volumes::insert(const VolumeRow& row)
{
    Transaction transaction{database_};
    if (find(row.name))
        throw Failure{ErrorCode::name_taken, "there is a volume \"" + row.name +
                                                 "\" already: remove it with 'slipway volume rm', or choose "
                                                 "another name"};
    database_
        .query("INSERT INTO volumes (name, created_at, is_anonymous, is_populated, settings) "
               "VALUES (?, ?, ?, ?, ?)")
        .bind(row.name)
        .bind(static_cast<std::int64_t>(to_usec(row.created_at)))
        .bind(std::int64_t{row.is_anonymous})
        .bind(std::int64_t{row.is_populated})
        .bind(row.settings)
        .run();
    transaction.commit();
}

void Volumes::mark_populated(std::string_view name)
{
    database_.query("UPDATE volumes SET is_populated = 1 WHERE name = ?").bind(name).run();
    if (database_.changed_rows() == 0)
        throw no_such_volume(name);
}

void Volumes::remove(std::string_view name)
{
    database_.query("DELETE FROM volumes WHERE name = ?").bind(name).run();
    if (database_.changed_rows() == 0)
        throw no_such_volume(name);
}

std::vector<VolumeRow> Volumes::list()
{
    std::vector<VolumeRow> rows;
    Query query = database_.query(
        "SELECT name, created_at, is_anonymous, is_populated, settings FROM volumes ORDER BY name");
    while (query.step())
        rows.push_back(read_volume(query));
    return rows;
}

std::optional<VolumeRow> Volumes::find(std::string_view name)
{
    Query query = database_.query(
        "SELECT name, created_at, is_anonymous, is_populated, settings FROM volumes WHERE name = ?");
    return query.bind(name).step() ? std::optional{read_volume(query)} : std::nullopt;
}

VolumeRow Volumes::at(std::string_view name)
{
    std::optional<VolumeRow> row = find(name);
    if (!row)
        throw no_such_volume(name);
    return *std::move(row);
}

} // namespace slipway::store
