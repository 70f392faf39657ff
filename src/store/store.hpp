// SPDX-License-Identifier: LGPL-2.1-or-later
// Store: /var/lib/slipway as a whole: opened, locked, swept, its rows and directories changed together.
//
// The order that makes it safe to die anywhere: a thing's directory or blob is in place before the row that
// names it, and the row is gone before they are. So a crash leaves things without a row, which sweep()
// takes away. Only a loss of power can leave a row without its things, since rows are synced late and so a
// removed one may come back: sweep() drops it again. Both halves happen on the thread of decisions with no
// wait between them.
#pragma once

#include "store/blobs.hpp"
#include "store/container_directories.hpp"
#include "store/containers.hpp"
#include "store/images.hpp"
#include "store/layers.hpp"
#include "store/scratch.hpp"

#include <filesystem>
#include <vector>

namespace slipway::store {

// A layer that came for an image. Where the store had it already, or a repeated one, LAYER alone is needed.
struct NewLayer {
    const LayerDraft* draft;
    Digest chain_id;
};

struct Sweep {
    // To be unlinked by a worker.
    std::vector<Trash> trash;
    // What had a row and no content, as after a loss of power, and is forgotten now: lines for the log.
    std::vector<std::string> lost;
};

class Store {
  public:
    // Makes what is missing under ROOT (itself 0700). Throws Failure: unavailable while another engine has
    // it, and as Database does.
    explicit Store(const std::filesystem::path& root);

    Containers& containers() noexcept { return containers_; }
    Images& images() noexcept { return images_; }
    const Layers& layers() const noexcept { return layers_; }
    const Blobs& blobs() const noexcept { return blobs_; }
    const ContainerDirectories& container_directories() const noexcept { return container_directories_; }
    const Scratch& scratch() const noexcept { return scratch_; }
    // Where the compressed bytes of a layer grow that comes from a registry; what is there already is gone on
    // with. One that nobody went on with for a week is swept away.
    std::filesystem::path partial_layer(const Digest& chain_id) const;
    // For checkpoint() on a worker.
    const std::filesystem::path& database_file() const noexcept { return database_file_; }

    // Puts synced drafts in their places and adds the row; blobs are there already. Returns drafts that were
    // not needed. checkpoint() then makes it survive a loss of power. Throws Failure{io_error} if a layer or
    // blob is missing.
    std::vector<Trash> add_image(const ImageRow& image, const std::vector<NewLayer>& drafts);
    // Rows, blobs and layers that no other image has. Throws as Images::remove().
    std::vector<Trash> remove_image(const Digest& id);
    // Directory and row. Throws as make() and insert(); then nothing is left.
    ContainerDirectory add_container(const ContainerRow& row);
    // Throws Failure{no_such_container}.
    std::vector<Trash> remove_container(std::string_view id);

    // The lower directories for a container of IMAGE, uppermost first.
    std::vector<std::filesystem::path> lower_directories(const ImageRow& image) const;

    // At the engine's start, before anything else: takes away what has no row, and rows of what is not there.
    Sweep sweep();

  private:
    void forget_lost(std::vector<std::string>& lost);

    std::filesystem::path root_;
    std::filesystem::path database_file_;
    Fd lock_;
    Scratch scratch_;
    Layers layers_;
    Blobs blobs_;
    ContainerDirectories container_directories_;
    Database database_;
    Containers containers_;
    Images images_;
};

} // namespace slipway::store
