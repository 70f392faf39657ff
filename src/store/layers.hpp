// SPDX-License-Identifier: LGPL-2.1-or-later
// Layers: layers/<chain id>/fs, the directories that containers share as the lower part of their root, and
// layers/<chain id>/recipe, which turns each back into the archive that it came from (docs/layers.md); and
// layers/<chain id>/opaque, an empty file, for one that hides all that is below it.
#pragma once

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "store/scratch.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace slipway::store {

// The chain ids of layers with these diff ids, lowest first (OCI image specification, config.md, "Layer
// ChainID").
std::vector<Digest> chain_ids(const std::vector<Digest>& diff_ids);

// A layer in the making, in tmp/. One that is given up is removed by remove_tree(path()), at the latest by a
// sweep.
class LayerDraft {
  public:
    // The directory under tmp/; the content belongs into fs/ below it.
    const std::filesystem::path& path() const noexcept { return path_; }
    // fs/, open: what slipway-transfer gets to fill.
    const Fd& directory() const noexcept { return directory_; }
    // The recipe beside it, an empty file open for reading and writing: what slipway-transfer writes
    // meanwhile. A layer whose recipe stays empty has none.
    const Fd& recipe() const noexcept { return recipe_; }
    // The layer hides the whole root of those below it, which no attribute of overlayfs says.
    void mark_opaque() const;

  private:
    friend class Layers;
    LayerDraft(std::filesystem::path path, Fd directory, Fd recipe)
        : path_{std::move(path)}, directory_{std::move(directory)}, recipe_{std::move(recipe)}
    {
    }

    std::filesystem::path path_;
    Fd directory_;
    Fd recipe_;
};

// A layer in the store, open for reading.
struct LayerParts {
    Fd directory;
    Fd recipe;
};

// Holds only paths: may be used by any thread. Which layers are in use is known to Images.
class Layers {
  public:
    Layers(std::filesystem::path directory, Scratch scratch)
        : directory_{std::move(directory)}, scratch_{std::move(scratch)}
    {
    }

    // fs/ has mode 0755 until the archive says otherwise.
    LayerDraft make_draft() const;
    // Renames the draft to its place; sync() comes before any row that names it. Where that layer is there
    // already the draft is the returned trash.
    std::optional<Trash> adopt(const LayerDraft& draft, const Digest& chain_id) const;
    // The draft takes the place of a damaged layer, or of none; what was there is the returned trash. There
    // is no moment without one of them, but on file systems that cannot exchange (renameat2(2)).
    std::optional<Trash> replace(const LayerDraft& draft, const Digest& chain_id) const;

    // Waits until all adopted layers are on the disk with their names (syncfs(2)): for a worker. Throws
    // Failure{io_error}.
    void sync() const;

    bool has(const Digest& chain_id) const;
    // Where the layer is or would be, with all that belongs to it.
    std::filesystem::path path(const Digest& chain_id) const { return directory_ / chain_id.hex(); }
    // The layer's fs/: a lower directory of an overlay.
    std::filesystem::path root(const Digest& chain_id) const;
    // Whether it was marked so.
    bool is_opaque(const Digest& chain_id) const;
    // What slipway-transfer needs to assemble the layer's archive again. Throws Failure{damaged_layer} where
    // there is no recipe, as with layers of slipway 0.1; io_error.
    LayerParts open(const Digest& chain_id) const;
    // Whether open() finds a recipe.
    bool has_recipe(const Digest& chain_id) const;
    // Takes the layer out of the store.
    std::optional<Trash> take(const Digest& chain_id) const;

  private:
    std::filesystem::path directory_;
    Scratch scratch_;
};

} // namespace slipway::store
