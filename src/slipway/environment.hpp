// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's environment from -e and --env-file: "KEY=VALUE", or "KEY" with the value that we have
// ourselves.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

// The value that our own environment has, if any.
using Lookup = std::function<std::optional<std::string>(const std::string& key)>;
std::optional<std::string> own_variable(const std::string& key);
// All of them, "KEY=VALUE".
std::vector<std::string> own_environment();

// The lines of an environment file: empty ones and those that begin with "#" count for nothing, all else is
// taken as it stands, quotes included. NAME is for the message of a refusal (invalid_argument).
Result<std::vector<std::string>> parse_env_file(std::string_view content, const std::string& name);

// All as "KEY=VALUE"; a KEY that we do not have is left out. Refuses an empty key with invalid_argument.
Result<std::vector<std::string>> resolve_environment(const std::vector<std::string>& items,
                                                     const Lookup& lookup);

// Files first, so that what is on the command line wins. Throws Failure.
std::vector<std::string> gather_environment(const std::vector<std::string>& files,
                                            const std::vector<std::string>& items);

// "KEY=VALUE" or "KEY" as labels are given. Throws Failure{invalid_argument}.
std::map<std::string, std::string> parse_labels(const std::vector<std::string>& items);

} // namespace slipway::cli
