// SPDX-License-Identifier: LGPL-2.1-or-later
// Encryption by systemd-creds(1): with the host's key, its TPM2 chip, or both.
#pragma once

#include "base/fd.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway::engine {

// Both are for a worker, as a program is run. NAME is bound into the result: another one's cannot take its
// place.
// Nothing where this host cannot: no systemd-creds (systemd 250), or no key.
std::optional<std::string> encrypt_credential(const std::string& name, std::string_view plain);
// Throws Failure{io_error} where it cannot be, as with another host's.
std::string decrypt_credential(const std::string& name, const std::string& encrypted);

} // namespace slipway::engine
