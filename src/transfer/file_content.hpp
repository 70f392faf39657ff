// SPDX-License-Identifier: LGPL-2.1-or-later
// A file's content on its way into a tar.
#pragma once

#include "base/fd.hpp"
#include "transfer/entry.hpp"
#include "transfer/tar_writer.hpp"

#include <string>
#include <sys/stat.h>
#include <vector>

namespace slipway::transfer {

// Empty for a file without holes. NAME is for messages. Throws Failure.
std::vector<Extent> find_extents(const Fd& file, const struct stat& status, const std::string& name);

// As many bytes as ENTRY says, whatever becomes of the file meanwhile: zeros where it got shorter.
void send_file(TarWriter& writer, const Fd& file, const Entry& entry, const std::vector<Extent>& extents);

} // namespace slipway::transfer
