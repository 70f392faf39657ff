// SPDX-License-Identifier: LGPL-2.1-or-later
// Shelves: what a recipe has of files that later entries of the same archive replaced.
#pragma once

#include "transfer/compression.hpp"
#include "transfer/frames.hpp"
#include "transfer/recipe_reader.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace slipway::transfer {

class Shelves {
  public:
    // Reads all of RECIPE, so that what is wrong with it is known before anything is sent. Throws
    // Failure{damaged_layer}.
    explicit Shelves(ReadAt recipe);

    // Whether the content that the record NUMBER (counted from 0) wants is shelved; if so, it went to OUT.
    bool has_sent(const Record& content, std::uint64_t number, const WriteBytes& out) const;
    std::uint64_t tar_size() const noexcept { return tar_size_; }

  private:
    struct Extent {
        std::uint64_t number; // of the record
        std::uint64_t offset;
        std::uint64_t size;
        std::uint64_t frame;
    };

    void send(const Extent& extent, std::uint64_t from, std::uint64_t to, const WriteBytes& out) const;

    ReadAt recipe_;
    std::map<std::string, std::vector<Extent>> extents_;
    std::uint64_t tar_size_ = 0;
};

} // namespace slipway::transfer
