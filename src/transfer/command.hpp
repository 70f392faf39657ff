// SPDX-License-Identifier: LGPL-2.1-or-later
// What slipway-transfer's commands have in common: descriptors, preparation, and telling how it ended.
#pragma once

#include "transfer/compression.hpp"
#include "transfer/conversation.hpp"
#include "transfer/whiteout.hpp"
#include "transfer/words.hpp"

#include <functional>

namespace slipway::transfer {

// What goes in, or the recipe.
inline constexpr int input_fd = 0;
inline constexpr int output_fd = 1;
inline constexpr int directory_fd = 3;
inline constexpr int conversation_fd = 4;
// Where unpack writes the recipe.
inline constexpr int recipe_fd = 5;
// What compare compares with.
inline constexpr int expected_fd = 5;

// The exit status: 0, or 1 where WORK threw, which the engine is told unless it cancelled.
int run_command(const std::function<void(Conversation&)>& work);

// Before the confinement: later no file can be read. Throws Failure{not_supported}.
void prepare();

// "--overlay=trusted", the default, or "--overlay=user". Throws Failure{invalid_argument}.
OverlayMarks take_overlay_marks(Words& words);

// "--compression=none", the default, "gzip" or "zstd". Throws Failure{invalid_argument}.
Compression take_compression(Words& words);

// Threads to compress with, counted before the confinement.
unsigned processors();

} // namespace slipway::transfer
