// SPDX-License-Identifier: LGPL-2.1-or-later
// Place: what a path of somebody's leads to, in the file system that the process sees.
#pragma once

#include "base/fd.hpp"

#include <string>

namespace slipway::transfer {

enum class LastLink {
    follow, // a symbolic link at the end of the path means what it leads to
    keep,   // it means itself, unless a slash follows it
};

struct Place {
    Fd directory;
    std::string name;   // in DIRECTORY; empty: DIRECTORY itself, for "/", ".", ".." and what ends in them
    std::string called; // the same by the path as it was given, before a link was followed
    bool is_there = false;
    bool is_directory = false;
    bool is_meant_as_directory = false; // a slash ends the path
};

// All but the last component has to be there. Throws Failure: no_such_file, invalid_argument for an empty
// path and for a slash behind what is no directory.
Place find_place(const std::string& path, LastLink last);

// The directory that PLACE is, opened. Throws Failure.
Fd open_place(const Place& place);

} // namespace slipway::transfer
