// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes to a file of credentials (oci/auth_file.hpp) that leave everything else in it as it is, what this
// version does not know included.
#pragma once

#include "oci/auth_file.hpp"

#include <string>
#include <string_view>

namespace slipway::oci {

// Docker finds its own registry by a URL only; podman takes away what it finds by the plain name only.
enum class AuthStyle { docker, podman };

struct AuthChange {
    std::string json;
    bool has_changed = false;
};

// KEY ("host[:port]" or "host[:port]/path", as auth_key() makes it) gets these CREDENTIALS, whatever it had
// and however it was written. JSON: the file so far, empty for none; FILE names it in failures. Refuses as
// parse_auth_file().
Result<AuthChange> with_credentials(std::string_view json, std::string_view file, const std::string& key,
                                    const Credentials& credentials, AuthStyle style);
// KEY is in it no more.
Result<AuthChange> without_credentials(std::string_view json, std::string_view file, const std::string& key);
// Nobody is; what helpers keep is theirs.
Result<AuthChange> without_any_credentials(std::string_view json, std::string_view file);

} // namespace slipway::oci
