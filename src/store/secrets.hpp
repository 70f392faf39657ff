// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: secrets/<name>, a line of JSON and then the value, encrypted or not; nothing of it is in the
// database.
#pragma once

#include "store/secret_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::store {

// Holds only a path: may be used by any thread.
class Secrets {
  public:
    explicit Secrets(std::filesystem::path directory) : directory_{std::move(directory)} {}

    // The old value or the new one, never a part; on the disk when this returns. For a worker.
    void put(const SecretRow& row, std::string_view value) const;
    // Nothing where there is none. Throws Failure{internal} for a file that is none of ours.
    std::optional<StoredSecret> find(const std::string& name) const;
    // Throws Failure{no_such_secret}.
    StoredSecret at(const std::string& name) const;
    // In the order of their names.
    std::vector<SecretRow> list() const;
    // Throws Failure{no_such_secret}.
    void remove(const std::string& name) const;

  private:
    std::filesystem::path directory_;
};

} // namespace slipway::store
