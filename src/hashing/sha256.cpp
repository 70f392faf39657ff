// SPDX-License-Identifier: LGPL-2.1-or-later
// Sha256: OpenSSL's message digest.
#include "hashing/sha256.hpp"

#include "base/failure.hpp"

#include <openssl/evp.h>

#include <array>
#include <string>

namespace slipway::hashing {

namespace {

void check_openssl(int result)
{
    if (result != 1)
        throw Failure{ErrorCode::internal, "OpenSSL fails to compute SHA-256"};
}

} // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept
{
    ::EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_{::EVP_MD_CTX_new()}
{
    check_openssl(context_ == nullptr ? 0 : 1);
    check_openssl(::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr));
}

void Sha256::update(const void* data, std::size_t size)
{
    check_openssl(::EVP_DigestUpdate(context_.get(), data, size));
}

Digest Sha256::finish()
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, 32> bytes{};
    check_openssl(::EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr));
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return Digest::of_hex(std::move(hex));
}

Digest digest_of(std::string_view bytes)
{
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

} // namespace slipway::hashing
