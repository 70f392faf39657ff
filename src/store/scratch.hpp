// SPDX-License-Identifier: LGPL-2.1-or-later
// Scratch: tmp/, where everything is that is not yet part of the store, or no longer.
//
// What shall become part is written here, synced, then renamed to its place. What shall go is renamed to
// here, which takes microseconds, then unlinked by a worker. So a crash leaves halves in tmp/ only, and
// sweeping it is always right.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace slipway::store {

// What is to be unlinked by a worker: hand it to remove_tree().
using Trash = std::filesystem::path;

// Holds only a path: may be used by any thread.
class Scratch {
  public:
    explicit Scratch(std::filesystem::path directory) : directory_{std::move(directory)} {}

    const std::filesystem::path& directory() const noexcept { return directory_; }
    // A new directory of mode 0700 with a random name. Throws Failure{io_error, no_space}.
    std::filesystem::path make_directory() const;
    // A name for a file that is not there yet.
    std::filesystem::path new_name() const;
    // Takes PATH out of its place; nothing where it is not there.
    std::optional<Trash> take(const std::filesystem::path& path) const;
    // All that is in tmp/ at this moment.
    std::vector<Trash> list() const;

  private:
    std::filesystem::path directory_;
};

} // namespace slipway::store
