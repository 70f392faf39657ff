// SPDX-License-Identifier: LGPL-2.1-or-later
// Copying one entry of a directory as it is: content with its holes, owner, mode, times, extended attributes.
#pragma once

#include "base/fd.hpp"
#include "store/id_shift.hpp"

#include <string>
#include <sys/stat.h>

namespace slipway::store {

// How the content of a file gets into its copy.
enum class Sharing {
    never,
    where_possible, // FICLONE, where both are on one file system that can
};

// NAME of the directory FROM, whatever it is but a directory, becomes NAME of TO, where nothing is yet.
// STATUS: what lstat(2) says of it. PATH: for messages. Follows no symbolic link. Throws Failure{io_error,
// no_space}.
void copy_entry(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
                const struct stat& status, Sharing sharing, const IdShift& shift = {});

// Owner, attributes, mode and times of the directory FROM for TO: last, since what is made in it changes the
// times. Both open for reading.
void copy_directory_attributes(const Fd& from, const Fd& to, const std::string& path,
                               const IdShift& shift = {});

} // namespace slipway::store
