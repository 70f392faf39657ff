// SPDX-License-Identifier: LGPL-2.1-or-later
// Secret files: a line of JSON with what is known of the secret, and then its value; text only.
#pragma once

#include "base/time.hpp"

#include <string>
#include <string_view>

namespace slipway::store {

struct SecretRow {
    std::string name;
    bool is_encrypted = false;
    std::string group; // that has brought it, and takes it away; empty: none
    RealTime created_at{};

    bool operator==(const SecretRow&) const = default;
};

struct StoredSecret {
    SecretRow row;
    std::string value; // as it is on the disk

    bool operator==(const StoredSecret&) const = default;
};

// ROW's name is that of the file, and not in it.
std::string secret_text(const SecretRow& row, std::string_view value);

// Throws Failure{internal} for a file that is none of ours.
StoredSecret parse_secret(const std::string& name, std::string_view text);

} // namespace slipway::store
