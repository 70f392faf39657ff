// SPDX-License-Identifier: LGPL-2.1-or-later
// What a credential helper (docker-credential-*) is told on its standard input and answers on its standard
// output (github.com/docker/docker-credential-helpers, "Development").
#pragma once

#include "oci/auth_file.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

// What follows "docker-credential-" in the program's name: letters, digits, '-', '_' and '.'.
bool is_helper_name(std::string_view name);

// The names under which a helper may keep HOST's ("docker.io", "h.example:5000"), the usual one first.
std::vector<std::string> helper_servers(const std::string& host);

// For "store". A token goes as the secret of the user "<token>".
std::string helper_request(const std::string& server, const Credentials& credentials);
// Of "get". Refuses with credential_helper_failed.
Result<Credentials> parse_helper_answer(std::string_view json);
// Of "list": the servers it keeps something for. Refuses with credential_helper_failed.
Result<std::vector<std::string>> parse_helper_list(std::string_view json);
// Of one that failed: that it keeps nothing for the server, which is no fault.
bool means_nothing_kept(std::string_view output);

} // namespace slipway::oci
