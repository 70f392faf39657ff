// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers: the rows of the state database that say which containers there are and what is wished of them.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace slipway::store {

enum class Phase {
    created,
    running,
    exited,
};

// What changes while a container lives. Times are the epoch while there is no such moment.
struct ContainerState {
    Phase phase = Phase::created;
    RealTime started_at{};
    RealTime finished_at{};
    int exit_status = 0;    // as a shell has it
    int exit_signal = 0;    // 0: none killed it
    std::string exit_cause; // the engine's word for it; empty until the first end
    pid_t pid = 0;          // of the payload, valid under boot_id only
    std::string boot_id;
    std::string unit; // of systemd's that it is in, where that is not a scope of its own

    bool operator==(const ContainerState&) const = default;
};

struct ContainerRow {
    std::string id;         // 64 hexadecimal digits
    std::string name;       // unique
    std::string image_id;   // of the image's row, 64 hexadecimal digits
    std::string image_name; // as the user named it
    std::string spec;       // JSON of the engine's, opaque here
    RealTime created_at{};
    bool auto_remove = false;
    ContainerState state;

    bool operator==(const ContainerRow&) const = default;
};

class Containers {
  public:
    explicit Containers(Database& database) : database_{database} {}

    // Throws Failure: name_taken naming the holder, no_such_image for an image without a row.
    void insert(const ContainerRow& row);
    // Throws Failure{no_such_container}, as rename() and remove() do.
    void update(std::string_view id, const ContainerState& state);
    void update_spec(std::string_view id, std::string_view spec);
    void rename(std::string_view id, std::string_view name);
    void remove(std::string_view id);

    // Oldest first.
    std::vector<ContainerRow> list();
    // By whole id, name or the beginning of an id, in this order. A beginning that several share throws
    // Failure{invalid_argument} naming some of them.
    std::optional<ContainerRow> find(std::string_view text);
    // The same; throws Failure{no_such_container}.
    ContainerRow at(std::string_view text);

  private:
    std::optional<ContainerRow> find_exact(std::string_view text);

    Database& database_;
};

} // namespace slipway::store
