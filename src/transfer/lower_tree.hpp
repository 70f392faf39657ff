// SPDX-License-Identifier: LGPL-2.1-or-later
// LowerTree: the layers below an upper directory, looked through as overlayfs does, without a mount.
#pragma once

#include "base/fd.hpp"
#include "transfer/whiteout.hpp"

#include <optional>
#include <set>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace slipway::transfer {

class LowerTree {
  public:
    // LAYERS: open directories, uppermost first, the caller's.
    LowerTree(std::vector<int> layers, OverlayMarks marks) : layers_{std::move(layers)}, marks_{marks} {}

    // One directory as all layers together have it.
    class Directory {
      public:
        // What is called BASE in it.
        std::optional<struct stat> find(const std::string& base) const;
        std::set<std::string> names() const;

      private:
        friend class LowerTree;
        std::vector<Fd> parts_; // uppermost first
        std::string path_;
    };

    // PATH: relative, without symbolic links; empty: the root. An empty directory where there is none. Throws
    // Failure.
    Directory at(const std::string& path) const;

  private:
    Directory enter(const Directory& parent, const std::string& base) const;

    std::vector<int> layers_;
    OverlayMarks marks_;
};

} // namespace slipway::transfer
