// SPDX-License-Identifier: LGPL-2.1-or-later
// SecretGrant: that a container has a secret, and how it finds it.
#pragma once

#include "base/json.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::engine {

// The directory of files that are named without one, and what CREDENTIALS_DIRECTORY says.
inline constexpr const char* secrets_directory = "/run/secrets";

struct SecretGrant {
    std::string name;
    std::string target; // completed: absolute and normal
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0400;

    bool operator==(const SecretGrant&) const = default;
};

// Absolute, below secrets_directory where it is no path. Throws Failure{invalid_argument} for what cannot be
// there, and for two at one place.
std::vector<SecretGrant> complete(std::vector<SecretGrant> grants);
// Whether it is in secrets_directory itself.
bool is_in_secrets_directory(const SecretGrant& grant);

Json to_json(const std::vector<SecretGrant>& grants);
std::vector<SecretGrant> read_grants(const Json& json);

} // namespace slipway::engine
