// SPDX-License-Identifier: LGPL-2.1-or-later
// Extract: the files of an archive of images into a directory, each under a number, with its name, size and
// digest in a list. No name of the archive ever becomes one of the file system's.
#pragma once

#include "transfer/hashing_reader.hpp"

#include <cstdint>
#include <functional>

namespace slipway::transfer {

// Members of such an archive: some hundred layers and a few texts of as many images.
inline constexpr std::uint64_t member_limit = 20'000;

struct ExtractSettings {
    std::uint64_t most_members = member_limit;
    // Makes the source throw while it waits.
    std::function<void()> interrupt{};
};

struct Extracted {
    std::uint64_t files = 0;
    std::uint64_t size = 0; // bytes of them
};

// DIRECTORY: open and empty; LIST: an empty file, which becomes JSON (docs/protocols.md). Directories,
// devices and pipes are passed over. SOURCE is called on another thread. Throws Failure, hostile_archive
// among them, and what SOURCE throws; what is made by then stays.
Extracted extract(ByteSource source, int directory, int list, const ExtractSettings& settings = {});

} // namespace slipway::transfer
