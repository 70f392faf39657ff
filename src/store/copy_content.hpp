// SPDX-License-Identifier: LGPL-2.1-or-later
// Copy content: what an image has at a path, for a volume to begin with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slipway::store {

// The directory that LAYERS, uppermost first, show at TARGET into the empty directory DRAFT, and to the disk:
// takes as long as it takes. Whether there is one. Throws Failure; DRAFT is then half.
bool copy_content(const std::vector<std::filesystem::path>& layers, const std::string& target,
                  const std::filesystem::path& draft);

} // namespace slipway::store
