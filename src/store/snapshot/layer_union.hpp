// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerUnion: what a directory has that layers lie in, one over the other, as overlayfs would show it:
// whiteouts hide, opaque directories hide all below them, directories of one name are one.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace slipway::store {

class LayerUnion {
  public:
    // LAYERS: uppermost first. Throws Failure{io_error}.
    static LayerUnion of(const std::vector<std::filesystem::path>& layers);

    // The directory at PATH, symbolic links followed as in a root; nothing where there is none.
    static std::optional<LayerUnion> find(const std::vector<std::filesystem::path>& layers,
                                          const std::string& path);

    struct Entry {
        std::size_t part; // of this directory's parts, the uppermost that has it
        struct stat status;
    };
    // What there is to be seen, by name.
    std::map<std::string, Entry> entries() const;
    std::optional<Entry> find_entry(const std::string& name) const;
    // The directory of an entry that is one.
    LayerUnion enter(const std::string& name, const Entry& entry) const;

    // The layer's own directory that an entry is in.
    const Fd& directory_of(const Entry& entry) const { return parts_[entry.part]; }
    // What owner, mode and times come from.
    const Fd& uppermost() const { return parts_.front(); }

  private:
    std::vector<Fd> parts_; // uppermost first
};

} // namespace slipway::store
