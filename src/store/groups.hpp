// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: the rows of the state database that say which groups of containers there are.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::store {

struct GroupRow {
    std::string name;
    RealTime created_at{};
    std::string definition; // JSON of the engine's, opaque here

    bool operator==(const GroupRow&) const = default;
};

class Groups {
  public:
    explicit Groups(Database& database) : database_{database} {}

    // Throws Failure{name_taken}.
    void insert(const GroupRow& row);
    // Of one that is there.
    void set_definition(std::string_view name, std::string_view definition);
    void remove(std::string_view name);
    // By name.
    std::vector<GroupRow> list();

  private:
    Database& database_;
};

} // namespace slipway::store
