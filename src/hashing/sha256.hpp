// SPDX-License-Identifier: LGPL-2.1-or-later
// Sha256: the digest of bytes that come in pieces.
#pragma once

#include "base/digest.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;

namespace slipway::hashing {

class Sha256 {
  public:
    // Throws Failure{internal} where OpenSSL gives no SHA-256.
    Sha256();

    void update(const void* data, std::size_t size);
    void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
    // Once, after the last piece.
    Digest finish();

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Digest digest_of(std::string_view bytes);

} // namespace slipway::hashing
