// SPDX-License-Identifier: LGPL-2.1-or-later
// Whiteouts: what takes away files of the layers below, in the words of a layer's archive (OCI image
// specification, layer.md, "Whiteouts") and of overlayfs (Documentation/filesystems/overlayfs.rst).
#pragma once

#include <string>
#include <string_view>
#include <sys/stat.h>

namespace slipway::transfer {

inline constexpr std::string_view whiteout_prefix = ".wh.";
inline constexpr std::string_view opaque_name = ".wh..wh..opq";

enum class NameMeaning {
    plain,
    whiteout, // of the name behind the prefix
    opaque,   // of the directory that the name is in
    leftover, // of aufs; nobody needs it
};

// What the checked NAME means in a layer's archive. Throws Failure{hostile_archive} for one that takes away
// nothing that can be, or lies below such a name.
NameMeaning meaning_of(const std::string& name);

// Whose overlays will use the directory: the attributes' prefix (overlayfs.rst, "userxattr").
enum class OverlayMarks {
    trusted, // root's
    user,    // those of somebody in a user namespace
};

// A character device 0:0.
bool is_whiteout(const struct stat& status);
// NAME is a whole one for messages. Throw Failure.
void make_whiteout(int parent, const std::string& base, const std::string& name);
void mark_opaque(int directory, OverlayMarks marks, const std::string& name);

} // namespace slipway::transfer
