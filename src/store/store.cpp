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
    for (const char* name : {"blobs", "blobs/sha256", "layers", "partial", "containers", "tmp"})
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
      container_directories_{root / "containers", scratch_}, database_{database_file_},
      containers_{database_}, images_{database_}
{
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

std::vector<Trash> Store::remove_image(const Digest& id)
{
    const Orphans orphans = images_.remove(id);
    std::vector<Trash> trash;
    for (const Digest& layer : orphans.layers)
        append(trash, layers_.take(layer));
    for (const Digest& blob : orphans.blobs)
        blobs_.remove(blob);
    return trash;
}

ContainerDirectory Store::add_container(const ContainerRow& row)
{
    const ImageRow image = images_.at(row.image_id);
    if (image.layers.empty())
        throw Failure{ErrorCode::internal, "image " + image.id.text() + " has no layer"};
    ContainerDirectory directory =
        container_directories_.make(row.id, layers_.root(image.layers.back().chain_id));
    try {
        containers_.insert(row);
    } catch (...) {
        // Empty as yet: nothing for a worker.
        std::error_code error;
        std::filesystem::remove_all(directory.path, error);
        throw;
    }
    return directory;
}

std::vector<Trash> Store::remove_container(std::string_view id)
{
    containers_.remove(id);
    std::vector<Trash> trash;
    append(trash, container_directories_.take(id));
    return trash;
}

std::vector<std::filesystem::path> Store::lower_directories(const ImageRow& image) const
{
    std::vector<std::filesystem::path> lower;
    for (auto layer = image.layers.rbegin(); layer != image.layers.rend(); ++layer)
        lower.push_back(layers_.root(layer->chain_id));
    return lower;
}

} // namespace slipway::store
