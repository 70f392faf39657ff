// SPDX-License-Identifier: LGPL-2.1-or-later
// Hosts file: a marked block of lines in a file as hosts(5) describes it, the rest of which is other
// people's.
#pragma once

#include "names/record.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace slipway::engine {

// From "# BEGIN slipway" to "# END slipway": a line for each address with its names. Names that are no
// host's are left out.
std::string hosts_block(const std::vector<names::Record>& addresses);

// CONTENT with BLOCK in the place of the one that it has, else at its end; without any where BLOCK is empty.
// Throws Failure{invalid_configuration} where somebody has taken away a half of the marks.
std::string with_block(const std::string& content, const std::string& block);

// The same with a file: beside it and renamed over it, with its mode, owner and label; in place where that
// is not possible, as on a mount point. One that is not there is made, unless BLOCK is empty. Blocks. Throws
// Failure{io_error, no_space, invalid_argument (no regular file), invalid_configuration}.
void write_hosts_block(const std::filesystem::path& file, const std::string& block);

} // namespace slipway::engine
