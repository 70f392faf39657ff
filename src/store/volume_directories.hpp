// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeDirectories: volumes/<name>/data, what containers write to a volume.
#pragma once

#include "base/fd.hpp"
#include "store/scratch.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace slipway::store {

// A volume's directory or content in the making, in tmp/. One that is given up is removed by
// remove_tree(path), at the latest by a sweep.
struct VolumeDraft {
    std::filesystem::path path;
    std::filesystem::path data; // mode 0755
    Fd directory;               // data, open

    // Waits until the content is on the disk (syncfs(2)): for a worker.
    void sync() const;
};

// Holds only paths: may be used by any thread.
class VolumeDirectories {
  public:
    VolumeDirectories(std::filesystem::path directory, Scratch scratch)
        : directory_{std::move(directory)}, scratch_{std::move(scratch)}
    {
    }

    VolumeDraft make_draft() const;
    // The draft becomes the directory of a new volume. Throws Failure{name_taken}.
    void adopt(const VolumeDraft& draft, std::string_view name) const;

    // data/, where it is or would be. Throws Failure{internal} for what is no name.
    std::filesystem::path data(std::string_view name) const;
    bool has(std::string_view name) const;
    // The draft's data takes the place of the volume's, which is empty, at once or not at all; the draft may
    // get that, and is to be removed. It is on the disk after sync_place(). Throws Failure{invalid_argument}
    // where it is not empty.
    void replace_content(const VolumeDraft& draft, std::string_view name) const;
    // One that a user's containers have closed to the user counts as in use.
    bool is_empty(std::string_view name) const;
    // Waits until it is on the disk where the volume's data is: for a worker.
    void sync_place(std::string_view name) const;
    // Takes the volume's directory out of the store, and puts it back.
    std::optional<Trash> take(std::string_view name) const;
    void put_back(const Trash& trash, std::string_view name) const noexcept;
    // Names of all directories that are there.
    std::vector<std::string> list() const;

  private:
    std::filesystem::path at(std::string_view name) const;

    std::filesystem::path directory_;
    Scratch scratch_;
};

} // namespace slipway::store
