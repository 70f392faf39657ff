// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: rows to structs and back.
#include "store/networks.hpp"

#include "base/failure.hpp"

namespace slipway::store {

namespace {

NetworkRow read_network(const Query& query)
{
    NetworkRow row;
    row.name = query.text(0);
    row.created_at = from_usec(static_cast<std::uint64_t>(query.number(1)));
    row.cursor = static_cast<std::uint64_t>(query.number(2));
    row.settings = query.text(3);
    return row;
}

Failure no_such_network(std::string_view name)
{
    return Failure{ErrorCode::no_such_network,
                   "no network \"" + std::string{name} + "\" (slipway network ls lists them)"};
}

} // namespace

void Networks::insert(const NetworkRow& row)
{
    Transaction transaction{database_};
    if (find(row.name))
        throw Failure{ErrorCode::name_taken, "there is a network \"" + row.name +
                                                 "\" already: remove it with 'slipway network rm', or "
                                                 "choose another name"};
    database_.query("INSERT INTO networks (name, created_at, cursor, settings) VALUES (?, ?, ?, ?)")
        .bind(row.name)
        .bind(static_cast<std::int64_t>(to_usec(row.created_at)))
        .bind(static_cast<std::int64_t>(row.cursor))
        .bind(row.settings)
        .run();
    transaction.commit();
}

void Networks::remove(std::string_view name)
{
    Transaction transaction{database_};
    if (!addresses(name).empty())
        throw Failure{ErrorCode::network_in_use,
                      "somebody has an address of the network " + std::string{name}};
    database_.query("DELETE FROM networks WHERE name = ?").bind(name).run();
    if (database_.changed_rows() == 0)
        throw no_such_network(name);
    transaction.commit();
}

void Networks::set_cursor(std::string_view name, std::uint64_t cursor)
{
    database_.query("UPDATE networks SET cursor = ? WHERE name = ?")
        .bind(static_cast<std::int64_t>(cursor))
        .bind(name)
        .run();
}

std::vector<NetworkRow> Networks::list()
{
    std::vector<NetworkRow> rows;
    Query query = database_.query("SELECT name, created_at, cursor, settings FROM networks ORDER BY name");
    while (query.step())
        rows.push_back(read_network(query));
    return rows;
}

std::optional<NetworkRow> Networks::find(std::string_view name)
{
    Query query = database_.query("SELECT name, created_at, cursor, settings FROM networks WHERE name = ?");
    return query.bind(name).step() ? std::optional{read_network(query)} : std::nullopt;
}

NetworkRow Networks::at(std::string_view name)
{
    std::optional<NetworkRow> row = find(name);
    if (!row)
        throw no_such_network(name);
    return *std::move(row);
}

bool Networks::take_address(std::string_view network, const IpAddress& address, std::string_view container)
{
    const std::string text = address.text();
    database_.query("INSERT OR IGNORE INTO addresses (network, address, container) VALUES (?, ?, ?)")
        .bind(network)
        .bind(text)
        .bind(container)
        .run();
    return database_.changed_rows() != 0;
}

bool Networks::has_address(std::string_view network, const IpAddress& address)
{
    const std::string text = address.text();
    Query query = database_.query("SELECT 1 FROM addresses WHERE network = ? AND address = ?");
    return query.bind(network).bind(text).step();
}

void Networks::drop_addresses(std::string_view network, std::string_view container)
{
    database_.query("DELETE FROM addresses WHERE network = ? AND container = ?")
        .bind(network)
        .bind(container)
        .run();
}

std::vector<AddressRow> Networks::addresses(std::string_view network)
{
    std::vector<AddressRow> rows;
    Query query = database_.query("SELECT address, container FROM addresses WHERE network = ?");
    query.bind(network);
    while (query.step())
        rows.push_back({IpAddress::parse(query.text(0)).value(), query.text(1)});
    return rows;
}

std::vector<IpAddress> Networks::addresses(std::string_view network, std::string_view container)
{
    std::vector<IpAddress> found;
    Query query = database_.query("SELECT address FROM addresses WHERE container = ? AND network = ?");
    query.bind(container).bind(network);
    while (query.step())
        found.push_back(IpAddress::parse(query.text(0)).value());
    return found;
}

bool Networks::add_record(std::string_view network, const RecordRow& row)
{
    database_.query("INSERT OR IGNORE INTO records (network, name, type, data) VALUES (?, ?, ?, ?)")
        .bind(network)
        .bind(row.name)
        .bind(row.type)
        .bind(row.data)
        .run();
    return database_.changed_rows() != 0;
}

bool Networks::remove_record(std::string_view network, const RecordRow& row)
{
    database_.query("DELETE FROM records WHERE network = ? AND name = ? AND type = ? AND data = ?")
        .bind(network)
        .bind(row.name)
        .bind(row.type)
        .bind(row.data)
        .run();
    return database_.changed_rows() != 0;
}

std::vector<RecordRow> Networks::records(std::string_view network)
{
    std::vector<RecordRow> rows;
    Query query = database_.query("SELECT name, type, data FROM records WHERE network = ?");
    query.bind(network);
    while (query.step())
        rows.push_back({query.text(0), query.text(1), query.text(2)});
    return rows;
}

} // namespace slipway::store
