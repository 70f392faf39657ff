// SPDX-License-Identifier: LGPL-2.1-or-later
// Indexes: image indexes that are kept whole, for all platforms: which names mean one besides an image, and
// the blobs that each leads to, itself included.
#pragma once

#include "base/digest.hpp"
#include "store/database.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace slipway::store {

class Indexes {
  public:
    explicit Indexes(Database& database) : database_{database} {}

    // NAME (familiar, an image's) means INDEX too. BLOBS: all of it; may be empty for one that is known.
    void keep(std::string_view name, const Digest& index, const std::vector<Digest>& blobs);
    // Nothing for a name that means one image only.
    std::optional<Digest> find(std::string_view name);
    std::vector<Digest> list();
    std::vector<Digest> blobs_of(const Digest& index);
    bool needs(const Digest& blob);
    // No name means INDEX any more.
    void forget(const Digest& index);
    // Rows of those that no name means go; returns the blobs that nothing else needs.
    std::vector<Digest> drop_unnamed();

  private:
    Database& database_;
};

} // namespace slipway::store
