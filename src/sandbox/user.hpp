// SPDX-License-Identifier: LGPL-2.1-or-later
// Users of the root's own /etc/passwd and /etc/group, which may be anything: read bounded, taken as data.
#pragma once

#include "base/fd.hpp"
#include "oci/runtime_config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::sandbox {

struct ResolvedUser {
    oci::User ids;
    std::string home = "/";
};

// WISH: "user[:group]", names or numbers; empty: FALLBACK's IDs. PASSWD and GROUP: the files' contents.
// Throws Failure{no_such_user}.
ResolvedUser resolve_user(std::string_view wish, const oci::User& fallback, std::string_view passwd,
                          std::string_view group);

// The numbers of groups by name or number. Throws Failure{no_such_user}.
std::vector<std::uint32_t> resolve_groups(const std::vector<std::string>& wishes, std::string_view group);

// At most 1 MiB of a regular file below ROOT; empty for anything else.
std::string read_in_root(const Fd& root, const std::string& path);

} // namespace slipway::sandbox
