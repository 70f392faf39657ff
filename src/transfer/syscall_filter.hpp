// SPDX-License-Identifier: LGPL-2.1-or-later
// The system calls that filling a directory from a stream needs; all others fail with EPERM.
#pragma once

namespace slipway::transfer {

// For the calling thread and those it starts from now on. Files can be made and directories opened, but no
// file can be opened to be read, and no memory made executable: nothing from the archive is ever loaded, as a
// library or a table. Throws Failure{io_error}.
void filter_syscalls();

} // namespace slipway::transfer
