// SPDX-License-Identifier: LGPL-2.1-or-later
// Compare: two directories, entry by entry, in all but the content of files.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

namespace slipway::transfer {

struct Differences {
    std::vector<std::string> lines; // the first ones: "\"usr/bin/sh\" has the mode 0644 instead of 0755"
    std::uint64_t count = 0;        // of all
};

// FOUND against EXPECTED, which was made after MADE_SINCE: entries whose times there are younger have them by
// chance, as a directory has that no archive names. Names, kinds, owners, modes, sizes, times, numbers of
// links, links' targets, devices, and extended attributes but for security modules' labels. Throws Failure.
Differences compare(int found, int expected, std::time_t made_since);

} // namespace slipway::transfer
