// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: rows to structs and back.
#include "store/groups.hpp"

#include "base/failure.hpp"

namespace slipway::store {

void Groups::insert(const GroupRow& row)
{
    database_
        .query("INSERT INTO groups (name, created_at, definition) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(row.name)
        .bind(static_cast<std::int64_t>(to_usec(row.created_at)))
        .bind(row.definition)
        .run();
    if (database_.changed_rows() == 0)
        throw Failure{ErrorCode::name_taken,
                      "there is a group \"" + row.name +
                          "\" already: apply to it, or remove it with 'slipway group rm'"};
}

void Groups::set_definition(std::string_view name, std::string_view definition)
{
    database_.query("UPDATE groups SET definition = ? WHERE name = ?").bind(definition).bind(name).run();
}

void Groups::remove(std::string_view name)
{
    database_.query("DELETE FROM groups WHERE name = ?").bind(name).run();
}

std::vector<GroupRow> Groups::list()
{
    std::vector<GroupRow> rows;
    Query query = database_.query("SELECT name, created_at, definition FROM groups ORDER BY name");
    while (query.step())
        rows.push_back(
            {query.text(0), from_usec(static_cast<std::uint64_t>(query.number(1))), query.text(2)});
    return rows;
}

} // namespace slipway::store
