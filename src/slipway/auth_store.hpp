// SPDX-License-Identifier: LGPL-2.1-or-later
// A file of credentials changed: by one at a time, whole or not at all, readable by its owner alone.
#pragma once

#include "oci/auth_edit.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace slipway::cli {

inline constexpr std::size_t auth_file_limit = 1U << 20U;

using AuthEdit = std::function<Result<oci::AuthChange>(const std::string& json)>;

// EDIT gets what is in FILE, or nothing where there is none. Whether it was changed. Directories that are not
// there are made only for a change. Throws Failure.
bool change_auth_file(const std::filesystem::path& file, const AuthEdit& edit);

} // namespace slipway::cli
