// SPDX-License-Identifier: LGPL-2.1-or-later
// Recorder: divides a tar's bytes, as they pass, into those that files hold and all others, for the recipe.
#pragma once

#include "transfer/recipe_writer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace slipway::transfer {

class Recorder {
  public:
    // RECIPE must outlive it.
    explicit Recorder(RecipeWriter& recipe) : recipe_{recipe} {}

    // Before the block goes away that pass() was given last: what is before CONSUMED, a place in the tar, and
    // was not called content, is none.
    void retire(std::uint64_t consumed);
    // The next bytes of the tar, there until retire().
    void pass(std::string_view block) { block_ = block; }
    // SIZE bytes at POSITION in the tar are content of the file PATH, at OFFSET. They have passed already,
    // and lie behind all that were called content before.
    void content(std::uint64_t position, std::uint64_t size, const std::string& path, std::uint64_t offset);

  private:
    void record_literals(std::uint64_t end);
    void skip_to(std::uint64_t end);

    RecipeWriter& recipe_;
    std::uint64_t recorded_ = 0; // up to where in the tar the recipe is written
    std::string kept_;           // from there to the block
    std::string_view block_;
    std::uint64_t block_start_ = 0;
};

} // namespace slipway::transfer
