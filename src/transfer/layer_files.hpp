// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerFiles: the files of a layer's directory, opened to be read by paths that have no symbolic link.
#pragma once

#include "base/fd.hpp"

#include <string>

namespace slipway::transfer {

class LayerFiles {
  public:
    // ROOT: the caller's.
    explicit LayerFiles(int root) : root_{root} {}

    // The same descriptor again for the same path; valid until the next call. Throws Failure{damaged_layer}
    // where there is no regular file.
    int open(const std::string& path);

  private:
    int root_;
    std::string directory_path_;
    Fd directory_;
    std::string file_path_;
    Fd file_;
};

} // namespace slipway::transfer
