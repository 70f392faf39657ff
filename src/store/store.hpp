// SPDX-License-Identifier: LGPL-2.1-or-later
// Store: /var/lib/slipway as a whole: opened, locked, swept, its rows and directories changed together.
//
// The order that makes it safe to die anywhere: a thing's directory or blob is in place before the row that
// names it, and the row is gone before they are. So a crash leaves things without a row, which sweep()
// takes away. Only a loss of power can leave a row without its things, since rows are synced late and so a
// removed one may come back: sweep() drops it again. Both halves happen on the thread of decisions with no
// wait between them.
//
// A volume holds what somebody wants to keep, so its row is the lesser half: its directory goes before the
// row, and a directory that has content and no row, as after a loss of power, gets a row by sweep().
#pragma once

#include "store/blobs.hpp"
#include "store/container_directories.hpp"
#include "store/containers.hpp"
#include "store/groups.hpp"
#include "store/images.hpp"
#include "store/indexes.hpp"
#include "store/layers.hpp"
#include "store/networks.hpp"
#include "store/scratch.hpp"
#include "store/secrets.hpp"
#include "store/settings.hpp"
#include "store/volume_directories.hpp"
#include "store/volumes.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <vector>

namespace slipway::store {

// What a broken pull has of a layer.
struct PartialLayer {
    Digest chain_id;
    std::uint64_t size; // bytes of the blob that are there
};

// A layer that came for an image. Where the store had it already, or a repeated one, LAYER alone is needed.
struct NewLayer {
    const LayerDraft* draft;
    Digest chain_id;
};

// Something in the store's directories that no row names.
struct Stray {
    enum class Kind { container, layer, blob };
    Kind kind;
    std::filesystem::path path;
};

struct Sweep {
    // To be unlinked by a worker.
    std::vector<Trash> trash;
    // What had a row and no content, as after a loss of power, and is forgotten now, and volumes that had
    // content and no row: lines for the log.
    std::vector<std::string> lost;
};

class Store {
  public:
    // Makes what is missing under ROOT (itself 0700). Throws Failure: unavailable while another engine has
    // it, and as Database does.
    explicit Store(const std::filesystem::path& root);

    Containers& containers() noexcept { return containers_; }
    Images& images() noexcept { return images_; }
    Indexes& indexes() noexcept { return indexes_; }
    const Layers& layers() const noexcept { return layers_; }
    const Blobs& blobs() const noexcept { return blobs_; }
    Volumes& volumes() noexcept { return volumes_; }
    Networks& networks() noexcept { return networks_; }
    Groups& groups() noexcept { return groups_; }
    Settings& settings() noexcept { return settings_; }
    const VolumeDirectories& volume_directories() const noexcept { return volume_directories_; }
    const ContainerDirectories& container_directories() const noexcept { return container_directories_; }
    Secrets secrets() const { return Secrets{root_ / "secrets"}; }
    const Scratch& scratch() const noexcept { return scratch_; }
    // Where the compressed bytes of a layer grow that comes from a registry; what is there already is gone on
    // with. One that nobody went on with for a week is swept away.
    std::filesystem::path partial_layer(const Digest& chain_id) const;
    std::vector<PartialLayer> partial_layers() const;
    // For checkpoint() on a worker.
    const std::filesystem::path& database_file() const noexcept { return database_file_; }

    // What DEED does to rows is all done or not at all; what it throws undoes it.
    void transact(const std::function<void()>& deed);

    // Puts drafts in their places and adds the row; blobs are there already, and layers are synced. Returns
    // drafts that were not needed. checkpoint() then makes it survive a loss of power. Throws
    // Failure{io_error} if a layer or blob is missing.
    std::vector<Trash> add_image(const ImageRow& image, const std::vector<NewLayer>& drafts);
    // Rows, blobs and layers that no other image has, but for those that KEEPS says stay without a row.
    // Throws as Images::remove().
    std::vector<Trash> remove_image(const Digest& id,
                                    const std::function<bool(const Digest& layer)>& keeps = {});
    // Rows and blobs of indexes that no name means any more: after whatever takes names away.
    void drop_unnamed_indexes();
    // Directory and row, those of the volumes that are made for it, and what rows CLAIM adds once its own is
    // there. Throws as make(), insert() and CLAIM do; then nothing is left.
    ContainerDirectory add_container(const ContainerRow& row, const std::vector<VolumeRow>& volumes = {},
                                     const std::function<void()>& claim = {});
    // With these of its volumes. Throws Failure{no_such_container, no_such_volume}.
    std::vector<Trash> remove_container(std::string_view id, const std::vector<std::string>& volumes = {});
    // DRAFT is its directory, or an empty one is made. Throws Failure{name_taken}; then nothing is left but
    // the draft.
    void add_volume(const VolumeRow& row, const VolumeDraft* draft = nullptr);
    // Throws Failure{no_such_volume}.
    std::vector<Trash> remove_volume(const std::string& name);

    // The lower directories for a container of IMAGE, uppermost first; none below a layer that hides the root
    // of all that is below it.
    const std::vector<std::filesystem::path>& lower_directories(const ImageRow& image);

    // At this moment. What is being made may be among them.
    std::vector<Stray> strays();
    // Where a snapshot driver may keep the merged tree of an image whose uppermost layer is LAYER; goes with
    // it.
    std::filesystem::path base_of(const Digest& layer) const;

    // At the engine's start, before anything else: takes away what has no row, and rows of what is not there.
    Sweep sweep();

  private:
    void forget_lost(std::vector<std::string>& lost);
    void forget_lost_indexes(std::vector<std::string>& lost);
    void find_volumes(std::vector<std::string>& lost);

    std::filesystem::path root_;
    std::filesystem::path database_file_;
    Fd lock_;
    Scratch scratch_;
    Layers layers_;
    Blobs blobs_;
    ContainerDirectories container_directories_;
    VolumeDirectories volume_directories_;
    Database database_;
    Containers containers_;
    Images images_;
    Indexes indexes_;
    Volumes volumes_;
    Networks networks_;
    Groups groups_;
    Settings settings_;
    // By the uppermost layer, which says all that is below it.
    std::map<Digest, std::vector<std::filesystem::path>> lower_directories_;
};

} // namespace slipway::store
