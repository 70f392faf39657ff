// SPDX-License-Identifier: LGPL-2.1-or-later
// Digest: "sha256:" and 64 hexadecimal digits, the address of content (OCI image specification,
// descriptor.md).
#pragma once

#include "base/result.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace slipway {

class Digest {
  public:
    // Refuses all but lower-case sha256 with invalid_argument.
    static Result<Digest> parse(std::string_view text);

    // HEX: 64 lower-case digits, as a hash function gives them.
    static Digest of_hex(std::string hex) { return Digest{std::move(hex)}; }

    const std::string& hex() const noexcept { return hex_; }
    std::string text() const { return "sha256:" + hex_; }
    auto operator<=>(const Digest&) const = default;

  private:
    explicit Digest(std::string hex) : hex_{std::move(hex)} {}
    std::string hex_;
};

} // namespace slipway
