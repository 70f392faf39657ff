// SPDX-License-Identifier: LGPL-2.1-or-later
// Trust in a registry: its own authorities besides the host's.
#pragma once

#include <string_view>

namespace slipway::registry_client {

// Adds the certificates in PEM to those that CONTEXT, an SSL_CTX, trusts; false: there is none in it, or one
// that cannot be read.
bool trust(void* context, std::string_view pem);

} // namespace slipway::registry_client
