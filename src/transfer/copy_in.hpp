// SPDX-License-Identifier: LGPL-2.1-or-later
// Copy in: a tar into a directory that somebody has, by the rules of cp(1), at a place that its first entry
// helps to find.
#pragma once

#include "transfer/hashing_reader.hpp"
#include "transfer/place.hpp"
#include "transfer/some_names.hpp"

#include <functional>

namespace slipway::transfer {

enum class Origin {
    copy,    // the tar is that of one path, as pack() makes it: a file, a directory, or what is in one
    archive, // anybody's; the place is a directory that is there
};

enum class Owners {
    ours, // as for files that the process makes: no set-id bits, no capabilities, no ACLs
    kept,
};

struct CopySettings {
    Origin origin = Origin::copy;
    Owners owners = Owners::ours;
    // Makes the source throw while it waits.
    std::function<void()> interrupt{};
};

// What the tree begins at: PLACE where it is a directory, else the one that it is in. Throws Failure.
Fd open_root(const Place& place, Origin origin);

// ROOT: as open_root() made it. The umask must be 0 and the locale one of UTF-8. SOURCE is called on another
// thread. Directories that are there stay as they are; devices are left out and returned. Throws Failure, and
// what SOURCE throws; what is copied by then stays.
SomeNames copy_in(ByteSource source, const Fd& root, const Place& place, const CopySettings& settings = {});

} // namespace slipway::transfer
