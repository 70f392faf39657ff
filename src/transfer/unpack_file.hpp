// SPDX-License-Identifier: LGPL-2.1-or-later
// A regular file of an archive, on its way into a tree.
#pragma once

#include "transfer/entry.hpp"
#include "transfer/recorder.hpp"
#include "transfer/tar_reader.hpp"
#include "transfer/tree.hpp"

namespace slipway::transfer {

enum class Content {
    written,
    hollow, // files have their size and all else, but are holes: to see what a tree has to be
};

// ENTRY is READER's last one. RECORDER may be nullptr. Throws Failure.
void unpack_file(TarReader& reader, Tree& tree, Recorder* recorder, const Entry& entry, Content content);

} // namespace slipway::transfer
