// SPDX-License-Identifier: LGPL-2.1-or-later
// Store: opening it, and changes that touch rows and directories both.
#include "store/store.hpp"

#include "base/failure.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

namespace slipway::store {

namespace {

constexpr mode_t private_mode = 0700;
constexpr mode_t lock_mode = 0600;

void make_private(const std::filesystem::path& directory)
{
    if (::mkdir(directory.c_str(), private_mode) != 0 && errno != EEXIST)
        throw errno_failure(errno, "make the directory", directory.native());
}

// The kernel drops the lock with the descriptor, however the process ends.
Fd open_locked(const std::filesystem::path& root)
{
    std::error_code error;
    std::filesystem::create_directories(root.parent_path(), error);
    make_private(root);
    check(::chmod(root.c_str(), private_mode), "set the mode of", root.native());
    for (const char* name :
         {"blobs", "blobs/sha256", "layers", "partial", "containers", "volumes", "bases", "secrets", "tmp"})
        make_private(root / name);
    Fd lock{check(::open((root / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, lock_mode),
                  "open", (root / "lock").native())};
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            throw Failure{ErrorCode::unavailable, root.native() + " is in use by another slipwayd"};
        throw errno_failure(errno, "lock", root.native());
    }
    return lock;
}

void append(std::vector<Trash>& all, std::optional<Trash> one)
{
    if (one)
        all.push_back(*std::move(one));
}

} // namespace

Store::Store(const std::filesystem::path& root)
    : root_{root}, database_file_{root / "state.db"}, lock_{open_locked(root)}, scratch_{root / "tmp"},
      layers_{root / "layers", scratch_}, blobs_{root / "blobs" / "sha256", scratch_},
      container_directories_{root / "containers", scratch_}, volume_directories_{root / "volumes", scratch_},
      database_{database_file_}, containers_{database_}, images_{database_}, indexes_{database_},
      volumes_{database_}, networks_{database_}, groups_{database_}, settings_{database_}
{
}

void Store::transact(const std::function<void()>& deed)
{
    Transaction transaction{database_};
    deed();
    transaction.commit();
}

std::filesystem::path Store::partial_layer(const Digest& chain_id) const
{
    return root_ / "partial" / chain_id.hex();
}

std::vector<Trash> Store::add_image(const ImageRow& image, const std::vector<NewLayer>& drafts)
{
    std::vector<Trash> trash;
    for (const NewLayer& layer : drafts)
        append(trash, layers_.adopt(*layer.draft, layer.chain_id));
    // An image that was removed since its parts were looked for may have taken them along.
    for (const LayerRow& layer : image.layers)
        if (!layers_.has(layer.chain_id))
            throw Failure{ErrorCode::io_error, "layer " + layer.chain_id.text() + " is missing: try again"};
    for (const Digest& blob : {image.id, image.manifest})
        if (!blobs_.has(blob))
            throw Failure{ErrorCode::io_error, "blob " + blob.text() + " is missing: try again"};
    images_.add(image);
    return trash;
}

std::vector<PartialLayer> Store::partial_layers() const
{
    std::vector<PartialLayer> partials;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{root_ / "partial", error})
        if (const Result<Digest> chain_id = Digest::parse("sha256:" + entry.path().filename().native()))
            partials.push_back({chain_id.value(), entry.is_regular_file(error) ? entry.file_size(error) : 0});
    return partials;
}

std::vector<Trash> Store::remove_image(const Digest& id,
                                       const std::function<bool(const Digest& layer)>& keeps)
{
    const Orphans orphans = images_.remove(id);
    lower_directories_.clear();
    std::vector<Trash> trash;
    for (const Digest& layer : orphans.layers)
        if (!keeps || !keeps(layer)) {
            append(trash, layers_.take(layer));
            append(trash, scratch_.take(base_of(layer)));
        }
    for (const Digest& blob : orphans.blobs)
        if (!indexes_.needs(blob))
            blobs_.remove(blob);
    drop_unnamed_indexes();
    return trash;
}

void Store::drop_unnamed_indexes()
{
    for (const Digest& blob : indexes_.drop_unnamed())
        blobs_.remove(blob);
}

ContainerDirectory Store::add_container(const ContainerRow& row, const std::vector<VolumeRow>& volumes,
                                        const std::function<void()>& claim)
{
    const ImageRow image = images_.at(row.image_id);
    if (image.layers.empty())
        throw Failure{ErrorCode::internal, "image " + image.id.text() + " has no layer"};
    ContainerDirectory directory =
        container_directories_.make(row.id, layers_.root(image.layers.back().chain_id));
    std::vector<std::string> made;
    try {
        for (const VolumeRow& volume : volumes) {
            volume_directories_.adopt(volume_directories_.make_draft(), volume.name);
            made.push_back(volume.name);
        }
        Transaction transaction{database_};
        for (const VolumeRow& volume : volumes)
            volumes_.insert(volume);
        containers_.insert(row);
        if (claim)
            claim();
        transaction.commit();
    } catch (...) {
        // Empty as yet: nothing for a worker.
        std::error_code error;
        std::filesystem::remove_all(directory.path, error);
        for (const std::string& volume : made)
            std::filesystem::remove_all(volume_directories_.data(volume).parent_path(), error);
        throw;
    }
    return directory;
}

std::vector<Trash> Store::remove_container(std::string_view id, const std::vector<std::string>& volumes)
{
    std::vector<Trash> trash;
    std::vector<std::pair<Trash, std::string>> taken;
    try {
        for (const std::string& volume : volumes)
            if (std::optional<Trash> place = volume_directories_.take(volume))
                taken.emplace_back(*std::move(place), volume);
        Transaction transaction{database_};
        for (const std::string& volume : volumes)
            volumes_.remove(volume);
        containers_.remove(id);
        transaction.commit();
    } catch (...) {
        for (const auto& [place, volume] : taken)
            volume_directories_.put_back(place, volume);
        throw;
    }
    trash.reserve(trash.size() + taken.size());
    for (auto& [place, volume] : taken)
        trash.push_back(std::move(place));
    append(trash, container_directories_.take(id));
    return trash;
}

void Store::add_volume(const VolumeRow& row, const VolumeDraft* draft)
{
    if (volumes_.find(row.name))
        volumes_.insert(row); // says that it is taken
    if (draft != nullptr)
        volume_directories_.adopt(*draft, row.name);
    else
        volume_directories_.adopt(volume_directories_.make_draft(), row.name);
    try {
        volumes_.insert(row);
    } catch (...) {
        static_cast<void>(volume_directories_.take(row.name)); // a sweep's
        throw;
    }
}

std::vector<Trash> Store::remove_volume(const std::string& name)
{
    volumes_.at(name);
    std::vector<Trash> trash;
    append(trash, volume_directories_.take(name));
    try {
        volumes_.remove(name);
    } catch (...) {
        for (const Trash& place : trash)
            volume_directories_.put_back(place, name);
        throw;
    }
    return trash;
}

std::filesystem::path Store::base_of(const Digest& layer) const
{
    return root_ / "bases" / layer.hex();
}

const std::vector<std::filesystem::path>& Store::lower_directories(const ImageRow& image)
{
    std::vector<std::filesystem::path>& lower = lower_directories_[image.layers.back().chain_id];
    if (!lower.empty())
        return lower;
    for (auto layer = image.layers.rbegin(); layer != image.layers.rend(); ++layer) {
        lower.push_back(layers_.root(layer->chain_id));
        if (layers_.is_opaque(layer->chain_id))
            break;
    }
    return lower;
}

} // namespace slipway::store
