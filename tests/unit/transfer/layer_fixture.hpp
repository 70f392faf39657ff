// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerFixture: a directory with a layer, its recipe beside it, and a place outside that nothing may reach.
#pragma once

#include "base/failure.hpp"
#include "support/temporary_directory.hpp"
#include "transfer/unpack.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

namespace slipway::transfer::testing {

class LayerFixture : public ::testing::Test {
  protected:
    void SetUp() override;

    // A new empty root, filled from BYTES, that come PIECE by piece.
    Unpacked unpack_bytes(const std::string& bytes, UnpackSettings settings = {}, std::size_t piece = 10000);
    Unpacked unpack_layer(const std::string& bytes);
    std::optional<ErrorCode> refusal_of(const std::string& bytes);
    // What the layer and its recipe make.
    std::string assembled();
    // Whether unpacking and assembling gives the same bytes.
    ::testing::AssertionResult comes_back(const std::string& bytes, Purpose purpose = Purpose::import);

    bool is_whiteout_at(const std::string& path) const;
    bool is_opaque_at(const std::string& path) const;

    slipway::testing::TemporaryDirectory directory_;
    std::filesystem::path root_ = directory_ / "root";
    std::filesystem::path recipe_ = directory_ / "recipe";
    std::filesystem::path outside_ = directory_ / "outside";
};

} // namespace slipway::transfer::testing
