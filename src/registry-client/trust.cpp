// SPDX-License-Identifier: LGPL-2.1-or-later
// Trust: certificates in PEM into OpenSSL's store. libcurl by itself would trust them instead of the host's.
#include "registry-client/trust.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>

namespace slipway::registry_client {

namespace {

struct FreeBio {
    void operator()(BIO* bio) const noexcept { ::BIO_free(bio); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const noexcept { ::X509_free(certificate); }
};

} // namespace

bool trust(void* context, std::string_view pem)
{
    X509_STORE* const store = ::SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(context));
    const std::unique_ptr<BIO, FreeBio> bytes{::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    if (store == nullptr || !bytes)
        return false;
    bool has_some = false;
    for (;;) {
        const std::unique_ptr<X509, FreeCertificate> certificate{
            ::PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr)};
        if (!certificate) {
            const unsigned long error = ::ERR_peek_last_error();
            ::ERR_clear_error();
            return has_some && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
        }
        // One that is there already is no failure.
        ::X509_STORE_add_cert(store, certificate.get());
        ::ERR_clear_error();
        has_some = true;
    }
}

} // namespace slipway::registry_client
