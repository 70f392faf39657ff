// SPDX-License-Identifier: LGPL-2.1-or-later
// Pack: a directory becomes a tar, the same one for the same directory.
#pragma once

#include "transfer/blob_writer.hpp"
#include "transfer/some_names.hpp"
#include "transfer/whiteout.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace slipway::transfer {

enum class PackContent {
    tree,    // all that is below the directory, on its mount
    changes, // the same of an overlay's upper directory, whose marks become whiteouts of a layer's archive
};

enum class Below {
    same_mount,
    // What is mounted below too, but for the kernel's own file systems (proc(5), sysfs(5), …).
    all_mounts,
};

struct PackSettings {
    PackContent content = PackContent::tree;
    OverlayMarks marks = OverlayMarks::trusted;
    // Of the directory's entries only this one and what is below it; empty: the directory itself.
    std::string only{};
    // What that one is called in the archive; empty: as it is.
    std::string called{};
    Below below = Below::same_mount;
    // Told now and then how many bytes of the tar there are; may throw.
    std::function<void(std::uint64_t)> progress{};
};

// Names are relative, a directory before what is in it, and among siblings first those that are no directory,
// each sort by its bytes. Owners are numbers, times have nanoseconds; holes stay holes. Sockets, devices and
// names that cannot stand in such an archive are left out and returned; files that are written to meanwhile
// are taken with the size that they had. Throws Failure; not_supported for marks that no archive can say,
// and where "only" is left out itself.
SomeNames pack(int root, const PackSettings& settings, BlobWriter& out);

} // namespace slipway::transfer
