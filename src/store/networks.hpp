// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: the rows of the state database that say which networks there are, and who has which address.
#pragma once

#include "base/ip_address.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::store {

struct NetworkRow {
    std::string name;
    RealTime created_at{};
    std::uint64_t cursor = 0; // how far into the network the last address is that was given
    std::string settings;     // JSON of the engine's, opaque here

    bool operator==(const NetworkRow&) const = default;
};

struct AddressRow {
    IpAddress address;
    std::string container; // an ID

    bool operator==(const AddressRow&) const = default;
};

// Of a name, as the engine writes it; opaque here.
struct RecordRow {
    std::string name;
    std::string type;
    std::string data;

    bool operator==(const RecordRow&) const = default;
};

class Networks {
  public:
    explicit Networks(Database& database) : database_{database} {}

    // Throws Failure{name_taken}.
    void insert(const NetworkRow& row);
    // Throws Failure{no_such_network}, and Failure{network_in_use} while somebody has an address of it.
    void remove(std::string_view name);
    void set_cursor(std::string_view name, std::uint64_t cursor);

    // By name.
    std::vector<NetworkRow> list();
    std::optional<NetworkRow> find(std::string_view name);
    // The same; throws Failure{no_such_network}.
    NetworkRow at(std::string_view name);

    // False where somebody has it. CONTAINER has its row already; with that its addresses go.
    bool take_address(std::string_view network, const IpAddress& address, std::string_view container);
    bool has_address(std::string_view network, const IpAddress& address);
    void drop_addresses(std::string_view network, std::string_view container);
    std::vector<AddressRow> addresses(std::string_view network);
    std::vector<IpAddress> addresses(std::string_view network, std::string_view container);

    // Records made by hand, which go with the network. False where there is such a one.
    bool add_record(std::string_view network, const RecordRow& row);
    // False where there is none.
    bool remove_record(std::string_view network, const RecordRow& row);
    // By name, type and data.
    std::vector<RecordRow> records(std::string_view network);

  private:
    Database& database_;
};

} // namespace slipway::store
