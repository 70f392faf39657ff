// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers: rows to structs and back.
#include "store/containers.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"
#include "store/id_prefix.hpp"

#include <array>
#include <stdexcept>

namespace slipway::store {

namespace {

// In the order of read_container() below; a macro, since only literals join to a literal.
#define COLUMNS                                                                                              \
    "id, name, image_id, image_name, spec, created_at, auto_remove, phase, started_at, finished_at, "        \
    "exit_status, exit_signal, pid, boot_id, exit_cause, unit"

constexpr std::array<std::string_view, 3> phases{"created", "running", "exited"};

std::string_view name_of(Phase phase)
{
    return phases[static_cast<std::size_t>(phase)];
}

Phase phase_of(std::string_view name)
{
    for (std::size_t i = 0; i < phases.size(); ++i)
        if (phases[i] == name)
            return static_cast<Phase>(i);
    throw Failure{ErrorCode::internal, "the state database knows a phase \"" + std::string{name} + "\""};
}

RealTime time_at(const Query& query, int column)
{
    return from_usec(static_cast<std::uint64_t>(query.number(column)));
}

std::int64_t number_of(RealTime time)
{
    return static_cast<std::int64_t>(to_usec(time));
}

ContainerRow read_container(const Query& query)
{
    ContainerRow row;
    row.id = query.text(0);
    row.name = query.text(1);
    row.image_id = query.text(2);
    row.image_name = query.text(3);
    row.spec = query.text(4);
    row.created_at = time_at(query, 5);
    row.auto_remove = query.number(6) != 0;
    row.state.phase = phase_of(query.text(7));
    row.state.started_at = time_at(query, 8);
    row.state.finished_at = time_at(query, 9);
    row.state.exit_status = static_cast<int>(query.number(10));
    row.state.exit_signal = static_cast<int>(query.number(11));
    row.state.pid = static_cast<pid_t>(query.number(12));
    row.state.boot_id = query.text(13);
    row.state.exit_cause = query.text(14);
    row.state.unit = query.text(15);
    return row;
}

Failure no_such_container(std::string_view text)
{
    return Failure{ErrorCode::no_such_container,
                   "no container \"" + std::string{text} + "\" (slipway ps -a lists them)"};
}

void refuse_taken_name(Database& database, std::string_view name)
{
    Query holder = database.query("SELECT id FROM containers WHERE name = ?");
    if (holder.bind(name).step())
        throw Failure{ErrorCode::name_taken, "the name \"" + std::string{name} + "\" is taken by container " +
                                                 short_id(holder.text(0)) +
                                                 ": remove or rename that one, or choose another name"};
}

} // namespace

void Containers::insert(const ContainerRow& row)
{
    Transaction transaction{database_};
    refuse_taken_name(database_, row.name);
    if (!database_.query("SELECT 1 FROM images WHERE id = ?").bind(row.image_id).step())
        throw Failure{ErrorCode::no_such_image, "the image of container \"" + row.name + "\" (" +
                                                    row.image_name + ") is not there any more"};
    database_
        .query("INSERT INTO containers (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(row.id)
        .bind(row.name)
        .bind(row.image_id)
        .bind(row.image_name)
        .bind(row.spec)
        .bind(number_of(row.created_at))
        .bind(std::int64_t{row.auto_remove})
        .bind(name_of(row.state.phase))
        .bind(number_of(row.state.started_at))
        .bind(number_of(row.state.finished_at))
        .bind(std::int64_t{row.state.exit_status})
        .bind(std::int64_t{row.state.exit_signal})
        .bind(std::int64_t{row.state.pid})
        .bind(row.state.boot_id)
        .bind(row.state.exit_cause)
        .bind(row.state.unit)
        .run();
    transaction.commit();
}

void Containers::update(std::string_view id, const ContainerState& state)
{
    database_
        .query("UPDATE containers SET phase = ?, started_at = ?, finished_at = ?, exit_status = ?, "
               "exit_signal = ?, pid = ?, boot_id = ?, exit_cause = ?, unit = ? WHERE id = ?")
        .bind(name_of(state.phase))
        .bind(number_of(state.started_at))
        .bind(number_of(state.finished_at))
        .bind(std::int64_t{state.exit_status})
        .bind(std::int64_t{state.exit_signal})
        .bind(std::int64_t{state.pid})
        .bind(state.boot_id)
        .bind(state.exit_cause)
        .bind(state.unit)
        .bind(id)
        .run();
    if (database_.changed_rows() == 0)
        throw no_such_container(id);
}

void Containers::update_spec(std::string_view id, std::string_view spec)
{
    database_.query("UPDATE containers SET spec = ? WHERE id = ?").bind(spec).bind(id).run();
    if (database_.changed_rows() == 0)
        throw no_such_container(id);
}

void Containers::rename(std::string_view id, std::string_view name)
{
    Transaction transaction{database_};
    const std::optional<ContainerRow> row = find(id);
    if (!row || row->id != id)
        throw no_such_container(id);
    if (row->name != name) {
        refuse_taken_name(database_, name);
        database_.query("UPDATE containers SET name = ? WHERE id = ?").bind(name).bind(id).run();
    }
    transaction.commit();
}

void Containers::remove(std::string_view id)
{
    database_.query("DELETE FROM containers WHERE id = ?").bind(id).run();
    if (database_.changed_rows() == 0)
        throw no_such_container(id);
}

std::vector<ContainerRow> Containers::list()
{
    std::vector<ContainerRow> rows;
    Query query = database_.query("SELECT " COLUMNS " FROM containers ORDER BY created_at, rowid");
    while (query.step())
        rows.push_back(read_container(query));
    return rows;
}

// A whole id wins over a name.
std::optional<ContainerRow> Containers::find_exact(std::string_view text)
{
    Query query = database_.query("SELECT " COLUMNS " FROM containers WHERE id = ?1 OR name = ?1 "
                                  "ORDER BY id = ?1 DESC LIMIT 1");
    return query.bind(text).step() ? std::optional{read_container(query)} : std::nullopt;
}

std::optional<ContainerRow> Containers::find(std::string_view text)
{
    if (std::optional<ContainerRow> row = find_exact(text))
        return row;
    const std::optional<IdPrefix> prefix = find_id_prefix(text);
    if (!prefix)
        return std::nullopt;
    Query query = database_.query("SELECT id, name FROM containers WHERE id >= ? AND id < ? ORDER BY id");
    query.bind(prefix->first).bind(prefix->end);
    std::optional<std::string> id = one_match(query, text, "container");
    return id ? find_exact(*id) : std::nullopt;
}

ContainerRow Containers::at(std::string_view text)
{
    std::optional<ContainerRow> row = find(text);
    if (!row)
        throw no_such_container(text);
    return *std::move(row);
}

} // namespace slipway::store
