// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpack: a tar stream into a directory, hashed on the way.
#pragma once

#include "base/digest.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/hashing_reader.hpp"
#include "transfer/limits.hpp"
#include "transfer/some_names.hpp"
#include "transfer/unpack_file.hpp"
#include "transfer/whiteout.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace slipway::transfer {

enum class Purpose {
    import, // a whole root file system: every name is what it says
    layer,  // of an image: whiteouts take away what is below
};

struct UnpackSettings {
    Purpose purpose = Purpose::import;
    Content content = Content::written;
    OverlayMarks marks = OverlayMarks::trusted;
    // What the tar has to be.
    std::optional<Digest> diff_id{};
    std::optional<std::uint64_t> size{};
    std::uint64_t most_entries = entry_limit;
    // Where the recipe goes, an empty file; -1: nowhere.
    int recipe = -1;
    // Makes the source throw while it waits.
    std::function<void()> interrupt{};
    Finding finding = Finding::best;
};

struct Unpacked {
    Digest diff_id;         // of the uncompressed tar, to its last byte
    std::uint64_t size = 0; // bytes of that tar
    std::uint64_t entries = 0;
    SomeNames skipped_devices;
    // The layer hides all below it, which no attribute can say of an overlay's root.
    bool is_opaque = false;
};

// ROOT: an open, empty directory. The umask must be 0 and the locale one of UTF-8. SOURCE is called on
// another thread. Throws Failure, digest_mismatch among them, and what SOURCE throws; what is made by then
// stays.
Unpacked unpack(ByteSource source, int root, const UnpackSettings& settings = {});

} // namespace slipway::transfer
