// SPDX-License-Identifier: LGPL-2.1-or-later
// RecipeReader: the checked records of a recipe, one after the other. Whoever wrote it may have been misled
// by the archive that it read, so nothing in it is trusted.
#pragma once

#include "base/digest.hpp"
#include "transfer/frames.hpp"
#include "transfer/recipe_format.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::transfer {

struct Record {
    RecipeMark mark;
    std::string_view bytes{}; // of a literal, or of a part of one; valid until the next record
    std::string path{};       // of a content or shelf: relative, no "." nor ".." nor empty component
    std::uint64_t offset = 0;
    std::uint64_t size = 0;         // of the content, the shelf's extent, or at the end of the tar
    std::uint64_t frame = 0;        // of a shelf: where in the file its bytes' frame begins
    std::optional<Digest> digest{}; // at the end
};

class RecipeReader {
  public:
    // SOURCE must outlive it. Throws Failure{damaged_layer}, as next() does.
    explicit RecipeReader(FrameSource& source);

    // Nothing behind the end's record. The sizes of literals and contents add up to the end's.
    std::optional<Record> next();

  private:
    std::string_view some(std::uint64_t limit);
    char byte();
    std::uint64_t number();
    std::string exactly(std::size_t size);
    std::string path();
    void read_extent(Record& record);
    void skip_shelf(Record& record);
    void count(std::uint64_t size);

    FrameSource& source_;
    std::string_view buffer_;
    std::uint64_t literal_left_ = 0;
    std::uint64_t size_ = 0;
    bool is_at_end_ = false;
};

} // namespace slipway::transfer
