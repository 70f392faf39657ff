// SPDX-License-Identifier: LGPL-2.1-or-later
// The system calls that moving content between a directory and a stream needs; all others fail with EPERM.
#pragma once

namespace slipway::transfer {

enum class Deed {
    fill,   // files are made
    change, // and those that are there are written to
    read,   // nothing is made or changed
};

// For the calling thread and those it starts from now on. A file is opened to be read only with flags that no
// library's loader uses, and no memory is made executable: nothing from the directory is ever loaded, as a
// library or a table. The only devices that can be made are whiteouts. Throws Failure{io_error}.
void filter_syscalls(Deed deed);

} // namespace slipway::transfer
