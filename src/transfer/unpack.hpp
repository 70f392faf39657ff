// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpack: a tar stream into a directory, hashed on the way.
#pragma once

#include "base/digest.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/hashing_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace slipway::transfer {

struct Unpacked {
    Digest diff_id;         // of the uncompressed tar, to its last byte
    std::uint64_t size = 0; // bytes of that tar
    std::uint64_t entries = 0;
    std::vector<std::string> skipped_devices; // sorted
};

// ROOT: an open, empty directory. The umask must be 0 and the locale one of UTF-8. Throws Failure, and what
// SOURCE throws; what is made by then stays.
Unpacked unpack(ByteSource source, int root, Finding finding = Finding::best);

} // namespace slipway::transfer
