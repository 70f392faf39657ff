// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets on the command line: which a container has, and where.
#pragma once

#include "client/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

// "NAME[,target=PATH][,mode=0400][,uid=N][,gid=N]"; source=NAME and type=mount are understood too. As a
// config it is /NAME and 0444 where nothing is said. Throws UsageError.
enum class SecretUse { secret, config };
client::SecretSettings parse_secret(std::string_view text, SecretUse use);

} // namespace slipway::cli
