// SPDX-License-Identifier: LGPL-2.1-or-later
// Volumes: the rows of the state database that say which volumes there are.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::store {

// [a-zA-Z0-9][a-zA-Z0-9_.-]*, 255 characters at most: a file's name and nothing else.
bool is_volume_name(std::string_view text);

struct VolumeRow {
    std::string name; // of a volume nobody named: an id
    RealTime created_at{};
    bool is_anonymous = false; // goes with its container
    bool is_populated = false; // what an image has at its target is not wanted any more
    std::string settings;      // JSON of the engine's, opaque here

    bool operator==(const VolumeRow&) const = default;
};

class Volumes {
  public:
    explicit Volumes(Database& database) : database_{database} {}

    // Throws Failure{name_taken}.
    void insert(const VolumeRow& row);
    // Throw Failure{no_such_volume}.
    void mark_populated(std::string_view name);
    void remove(std::string_view name);

    // By name.
    std::vector<VolumeRow> list();
    std::optional<VolumeRow> find(std::string_view name);
    // The same; throws Failure{no_such_volume}.
    VolumeRow at(std::string_view name);

  private:
    Database& database_;
};

} // namespace slipway::store
