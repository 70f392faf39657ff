// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerDirectories: containers/<id>, what a container writes to its root, and the record of its exit.
#pragma once

#include "store/scratch.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace slipway::store {

struct ContainerDirectory {
    std::filesystem::path path;
    std::filesystem::path upper;
    std::filesystem::path work;
};

// Holds only paths: may be used by any thread.
class ContainerDirectories {
  public:
    ContainerDirectories(std::filesystem::path directory, Scratch scratch)
        : directory_{std::move(directory)}, scratch_{std::move(scratch)}
    {
    }

    // Owner and mode of upper/, which an overlay shows as those of its root, are those of IMAGE_ROOT, the
    // uppermost layer's directory. Throws Failure{io_error, no_space}; then nothing is left.
    ContainerDirectory make(std::string_view id, const std::filesystem::path& image_root) const;
    // Where it is or would be.
    ContainerDirectory at(std::string_view id) const;
    bool has(std::string_view id) const;
    // Takes the container's directory out of the store.
    std::optional<Trash> take(std::string_view id) const;

  private:
    std::filesystem::path directory_;
    Scratch scratch_;
};

} // namespace slipway::store
